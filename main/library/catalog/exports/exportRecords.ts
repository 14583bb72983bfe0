/** @file Photos with everything that an export takes of them, many at once. Plain functions for reader threads. */
import type { ExportFilter } from '../../../../schemas/exports.ts';
import type { NameRule } from '../../photos/nameKey.ts';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import type { CatalogConnection } from '../connection.ts';
import { soundNameInSql } from '../database.ts';
import { type ShownMarksRow, shownMarksOf, storedMarks } from '../photos/marks.ts';
import type { DocumentRecord } from './documentRecord.ts';
import { answerFits, captionFits, captionIsOf, captionsFrom, tagFits, textKindsIn } from './exportConditions.ts';
import {
  type CopiedNames,
  copiedFromOf,
  exportedAnswers,
  exportedScores,
  exportedTags,
  exportedTexts,
  withOrigins,
} from './exportTexts.ts';

export interface ExportArgs {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Also photos that have nothing any more of what Vignette wrote into their XMP sidecars: it is to leave them. */
  readonly writtenXmpToo?: boolean | undefined;
}

export interface ExportedPhoto {
  readonly id: number;
  readonly name: string;
  /** One for all photos in it: of a large library, little is held. */
  readonly folder: ExportedFolder;
  readonly sizeBytes: number;
  readonly isReachable: boolean;
}

export interface ExportedFolder {
  readonly rootPath: string;
  /** How names are compared where it lies. */
  readonly nameRule: NameRule;
  /** From its root. */
  readonly relativePath: string;
}

interface FolderRow extends ExportedFolder {
  readonly isOnline: number;
}

type FoundRow = readonly [id: number, name: string, folderId: number, sizeBytes: number, isPresent: number];

/**
 * The photos that have something to export, one at a time.
 * @param order by default none; by their names: in the order of code points
 */
export function* photosToExport(
  connection: CatalogConnection,
  { photoIds, filter, writtenXmpToo = false }: ExportArgs,
  order: 'none' | 'byName' = 'none',
): Generator<ExportedPhoto> {
  const { tags, answers, marks = false, shownMarks = false } = filter.included;
  const conditions = [
    ...textKindsIn(filter).map(
      (kind) => `EXISTS (SELECT 1 FROM ${captionsFrom} WHERE ${captionIsOf} AND ${captionFits(filter, kind)})`,
    ),
    ...(tags ? [`EXISTS (SELECT 1 FROM photo_tag WHERE ${tagFits(filter)})`] : []),
    ...(answers ? [`EXISTS (SELECT 1 FROM answer WHERE ${answerFits(filter)})`] : []),
    ...(marks ? ['EXISTS (SELECT 1 FROM mark WHERE photo_id = photo.id AND removed_run_id IS NULL)'] : []),
    ...(shownMarks ? ['coalesce(shown_rating, shown_flag, shown_label) IS NOT NULL'] : []),
    ...(writtenXmpToo ? ['EXISTS (SELECT 1 FROM written_xmp WHERE photo_id = photo.id)'] : []),
  ];
  if (conditions.length === 0) return;
  yield* photosFrom(
    connection,
    `photo WHERE id IN (SELECT value FROM json_each(?)) AND (${conditions.join(' OR ')})
     ${order === 'byName' ? `ORDER BY ${soundNameInSql}(name)` : ''}`,
    photoIds,
  );
}

/** Those of the photos that are still there, in no order. */
export function photosWithIds(connection: CatalogConnection, photoIds: readonly number[]): Generator<ExportedPhoto> {
  return photosFrom(connection, 'json_each(?) AS wanted JOIN photo ON photo.id = wanted.value', photoIds);
}

/** All photos that lie in folders of these. */
export function neighboursOf(connection: CatalogConnection, photoIds: readonly number[]): Generator<ExportedPhoto> {
  return photosFrom(
    connection,
    `photo WHERE missing_since_ms IS NULL
     AND folder_id IN (SELECT folder_id FROM photo WHERE id IN (SELECT value FROM json_each(?)))`,
    photoIds,
  );
}

/** @param rows what stands after FROM, with a place for the ids */
function* photosFrom(
  connection: CatalogConnection,
  rows: string,
  photoIds: readonly number[],
): Generator<ExportedPhoto> {
  const folders = new Map<number, { readonly folder: ExportedFolder; readonly isOnline: boolean }>();
  const folderOf = (id: number) => {
    const found = folders.get(id) ?? folderWith(connection, id);
    folders.set(id, found);
    return found;
  };
  const found = connection
    .prepare<[string], FoundRow>(`SELECT photo.id, name, folder_id, size_bytes, missing_since_ms IS NULL FROM ${rows}`)
    .raw()
    .iterate(JSON.stringify(photoIds));
  // One row at a time: all of them at once are several times what is kept of them.
  for (const [id, name, folderId, sizeBytes, isPresent] of found) {
    const { folder, isOnline } = folderOf(folderId);
    yield { id, name: soundName(name), folder, sizeBytes, isReachable: isPresent === 1 && isOnline };
  }
}

function folderWith(connection: CatalogConnection, id: number) {
  const row = connection
    .prepare<[number], FolderRow>(
      `SELECT root.path AS rootPath, name_rule AS nameRule, relative_path AS relativePath, root.state = 'online' AS isOnline
       FROM folder JOIN root ON root.id = root_id WHERE folder.id = ?`,
    )
    .get(id);
  if (row === undefined) throw new RangeError(`the catalog has no folder ${id}`);
  const { rootPath, nameRule, relativePath, isOnline } = row;
  return { folder: { rootPath, nameRule, relativePath: soundPath(relativePath) }, isOnline: isOnline === 1 };
}

/** The questions that the photos have answers to. */
export function questionsToExport(connection: CatalogConnection, { photoIds, filter }: ExportArgs): string[] {
  return connection
    .prepare<[string], string>(
      `SELECT text FROM question WHERE id IN (
         SELECT question_id FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
         JOIN answer ON ${answerFits(filter)})
       ORDER BY id`,
    )
    .pluck()
    .all(JSON.stringify(photoIds));
}

/** Of the picture that a model saw, where the file was not read for its own. */
const seenSize = (column: 'width' | 'height') => `(
  SELECT caption.${column} FROM caption WHERE ${captionIsOf} AND caption.${column} IS NOT NULL ORDER BY id DESC LIMIT 1)`;

interface PhotoRow extends ShownMarksRow {
  readonly id: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly taken_local: string | null;
  readonly sha256: string | null;
}

export interface RecordArgs extends ExportArgs {
  /** Also what only a document with a place for everything takes: all scores, and all answers to a question. */
  readonly isDetailed?: boolean | undefined;
  /** How photos are named whose texts others have, where the document says which these are. */
  readonly namesOf?: ((photoIds: readonly number[]) => CopiedNames) | undefined;
}

/** By the photos' ids; without those that are no more. */
export function exportRecords(
  connection: CatalogConnection,
  { filter, isDetailed = false, namesOf = () => new Map(), ...args }: RecordArgs,
): Map<number, Omit<DocumentRecord, 'file' | 'key'>> {
  const ids = JSON.stringify(args.photoIds);
  const { tags, answers, alternatives, marks = false, shownMarks = false } = filter.included;
  const kinds = textKindsIn(filter);
  const scoresOf = isDetailed && kinds.length > 0 ? exportedScores(connection, ids) : undefined;
  const textsOf = new Map(
    kinds.map((kind) => [kind, exportedTexts(connection, ids, { filter, kind, scores: scoresOf?.ofCaptions })]),
  );
  const tagsOf = tags ? exportedTags(connection, ids, filter) : undefined;
  const answersOf = answers ? exportedAnswers(connection, ids, filter, isDetailed && alternatives) : undefined;
  const copied = [...textsOf.values(), ...(answersOf === undefined ? [] : [answersOf])]
    .flatMap((ofPhotos) => [...ofPhotos.values()].flat())
    .flatMap(({ copiedFromId }) => copiedFromId ?? []);
  const names = copied.length === 0 ? new Map() : namesOf([...new Set(copied)]);
  const photos = connection
    .prepare<[string], PhotoRow>(
      `SELECT photo.id, coalesce(width, ${seenSize('width')}) AS width, coalesce(height, ${seenSize('height')}) AS height,
         taken_local, lower(hex(content_sha256)) AS sha256, shown_rating, shown_flag, shown_label
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value`,
    )
    .all(ids);
  return new Map(
    photos.map(({ id, width, height, taken_local, sha256, ...shown }) => {
      const texts = withOrigins(new Map([...textsOf].map(([kind, ofKind]) => [kind, ofKind.get(id) ?? []])), names);
      const record = {
        width,
        height,
        takenLocal: taken_local,
        sha256: sha256 === '' ? null : sha256,
        captions: texts.get('caption') ?? [],
        altTexts: texts.get('altText') ?? [],
        longDescriptions: texts.get('longDescription') ?? [],
        tags: tagsOf?.get(id) ?? [],
        answers: (answersOf?.get(id) ?? []).map(({ copiedFromId, ...answer }) => ({
          ...answer,
          copiedFrom: copiedFromOf(copiedFromId, names),
        })),
        marks: marks ? exportedMarks(connection, id) : [],
        ...(shownMarks ? { shownMarks: shownMarksOf(shown) } : {}),
        scores: filter.humanOnly ? [] : (scoresOf?.ofOthers.get(id) ?? []),
      };
      return [id, record];
    }),
  );
}

function exportedMarks(connection: CatalogConnection, photoId: number): DocumentRecord['marks'] {
  return storedMarks(connection, photoId).map(({ mark, createdAtMs }) => ({ mark, atMs: createdAtMs }));
}
