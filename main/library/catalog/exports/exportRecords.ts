/** @file Photos with everything that an export takes of them, many at once. Plain functions for reader threads. */
import * as z from 'zod';
import type { ExportFilter } from '../../../../schemas/exports.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { NameRule } from '../../photos/nameKey.ts';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import type { CatalogConnection } from '../connection.ts';
import { shownFirst, withApproval } from '../texts/captions.ts';
import { withTagAuthor } from '../texts/tags.ts';
import type { DocumentAnswer, DocumentCaption, DocumentRecord, DocumentTag } from './documentRecord.ts';

export interface ExportArgs {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Also photos that have nothing any more of what Vignette wrote into their XMP sidecars: it is to leave them. */
  readonly writtenXmpToo?: boolean | undefined;
}

export interface ExportedPhoto {
  readonly id: number;
  readonly name: string;
  readonly rootPath: string;
  /** How names are compared where it lies. */
  readonly nameRule: NameRule;
  /** Of its folder, from its root. */
  readonly folder: string;
  readonly isReachable: boolean;
}

/** The photos that have something to export, in no order. */
export function photosToExport(
  connection: CatalogConnection,
  { photoIds, filter, writtenXmpToo = false }: ExportArgs,
): ExportedPhoto[] {
  const { captions, tags, answers } = filter.included;
  const conditions = [
    ...(captions ? [`EXISTS (SELECT 1 FROM ${captionsFrom} WHERE ${captionIsOf} AND ${captionFits(filter)})`] : []),
    ...(tags ? [`EXISTS (SELECT 1 FROM photo_tag WHERE ${tagFits(filter)})`] : []),
    ...(answers ? [`EXISTS (SELECT 1 FROM answer WHERE ${answerFits(filter)})`] : []),
    ...(writtenXmpToo ? ['EXISTS (SELECT 1 FROM written_xmp WHERE photo_id = photo.id)'] : []),
  ];
  if (conditions.length === 0) return [];
  return photosWhere(
    connection,
    `photo.id IN (SELECT value FROM json_each(?)) AND (${conditions.join(' OR ')})`,
    photoIds,
  );
}

/** All photos that lie in folders of these. */
export function neighboursOf(connection: CatalogConnection, photoIds: readonly number[]): ExportedPhoto[] {
  return photosWhere(
    connection,
    `missing_since_ms IS NULL
     AND folder_id IN (SELECT folder_id FROM photo WHERE id IN (SELECT value FROM json_each(?)))`,
    photoIds,
  );
}

function photosWhere(connection: CatalogConnection, condition: string, photoIds: readonly number[]): ExportedPhoto[] {
  return connection
    .prepare<[string], Omit<ExportedPhoto, 'isReachable'> & { readonly isReachable: number }>(
      `SELECT photo.id, photo.name, root.path AS rootPath, name_rule AS nameRule, folder.relative_path AS folder,
         missing_since_ms IS NULL AND root.state = 'online' AS isReachable
       FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
       WHERE ${condition}`,
    )
    .all(JSON.stringify(photoIds))
    .map((row) => ({
      ...row,
      name: soundName(row.name),
      folder: soundPath(row.folder),
      isReachable: row.isReachable === 1,
    }));
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

interface PhotoRow {
  readonly id: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly taken_local: string | null;
  readonly sha256: string | null;
}

/** By the photos' ids; without those that are no more. */
export function exportRecords(
  connection: CatalogConnection,
  args: ExportArgs,
): Map<number, Omit<DocumentRecord, 'file' | 'key'>> {
  const ids = JSON.stringify(args.photoIds);
  const { captions, tags, answers } = args.filter.included;
  const captionsOf = captions ? exportedCaptions(connection, ids, args.filter) : undefined;
  const tagsOf = tags ? exportedTags(connection, ids, args.filter) : undefined;
  const answersOf = answers ? exportedAnswers(connection, ids, args.filter) : undefined;
  const photos = connection
    .prepare<[string], PhotoRow>(
      `SELECT photo.id, coalesce(width, ${seenSize('width')}) AS width, coalesce(height, ${seenSize('height')}) AS height,
         taken_local, lower(hex(content_sha256)) AS sha256
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value`,
    )
    .all(ids);
  return new Map(
    photos.map(({ id, width, height, taken_local, sha256 }) => [
      id,
      {
        width,
        height,
        takenLocal: taken_local,
        sha256: sha256 === '' ? null : sha256,
        captions: captionsOf?.get(id) ?? [],
        tags: tagsOf?.get(id) ?? [],
        answers: answersOf?.get(id) ?? [],
      },
    ]),
  );
}

const captionIsOf = 'caption.photo_id = photo.id';
/** Of the picture that a model saw, where the file was not read for its own. */
const seenSize = (column: 'width' | 'height') => `(
  SELECT caption.${column} FROM caption WHERE ${captionIsOf} AND caption.${column} IS NOT NULL ORDER BY id DESC LIMIT 1)`;
const captionsFrom = `caption LEFT JOIN score ON score.id = (
  SELECT max(id) FROM score WHERE caption_id = caption.id AND removed_run_id IS NULL) ${withApproval}`;
const scoredDoubtful = 'coalesce(score.doubtful, caption.doubtful)';

/** What a person wrote or approved needs no model's belief. */
function captionFits(filter: ExportFilter): string {
  const isApproved = 'approval.id IS NOT NULL';
  const sure = filter.withoutDoubtful
    ? ` AND (caption.source = 'human' OR ${isApproved} OR coalesce(${scoredDoubtful}, 0) = 0)`
    : '';
  return `caption.removed_run_id IS NULL${byPeople(filter, 'caption', isApproved)}${sure}`;
}

function tagFits(filter: ExportFilter): string {
  const isApproved = 'EXISTS (SELECT 1 FROM approval WHERE photo_tag_id = photo_tag.id AND removed_run_id IS NULL)';
  return `photo_tag.photo_id = photo.id AND photo_tag.removed_run_id IS NULL${byPeople(filter, 'photo_tag', isApproved)}`;
}

function byPeople({ humanOnly, approvedToo }: ExportFilter, table: string, isApproved: string): string {
  if (!humanOnly) return '';
  return approvedToo ? ` AND (${table}.source = 'human' OR ${isApproved})` : ` AND ${table}.source = 'human'`;
}

/** Of each question the answer that is shown. Answers are corrected, not approved. */
function answerFits({ humanOnly }: ExportFilter): string {
  const human = humanOnly ? ` AND answer.source = 'human'` : '';
  return `answer.photo_id = photo.id AND answer.removed_run_id IS NULL AND answer.shown = 1${human}`;
}

/** A run's model with the version that wrote last; without one, where nothing is known of it. */
function modelOf(run: 'run' | 'author'): string {
  return `coalesce((
    SELECT json_patch(${run}.model, json_object(
        'source', version.source, 'revision', version.revision, 'compiler', version.compiler))
    FROM run_model JOIN model_version AS version ON version.id = model_version_id
    WHERE run_id = ${run}.id AND model_id = ${run}.model ->> '$.id' ORDER BY version.id DESC LIMIT 1
  ), ${run}.model)`;
}

interface CaptionRow {
  readonly photo_id: number;
  readonly text: string;
  readonly source: Source;
  readonly model: string | null;
  readonly instruction: string | null;
  readonly settings: string | null;
  readonly filter: string | null;
  readonly itm: number | null;
  readonly doubtful: number | null;
  readonly candidates: string | null;
  readonly language: string | null;
  readonly approved_at_ms: number | null;
  readonly created_at_ms: number;
}

function exportedCaptions(
  connection: CatalogConnection,
  ids: string,
  filter: ExportFilter,
): Map<number, DocumentCaption[]> {
  const json = new JsonColumn();
  const rows = connection
    .prepare<[string], CaptionRow>(
      `SELECT caption.photo_id, caption.text, caption.source, ${modelOf('run')} AS model, coalesce(caption.prompt, run.prompt) AS instruction,
         run.settings, run.filter, coalesce(score.itm, caption.itm) AS itm, ${scoredDoubtful} AS doubtful,
         caption.candidates, caption.language, approval.created_at_ms AS approved_at_ms, caption.created_at_ms
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN ${captionsFrom} JOIN run ON run.id = coalesce(caption.author_run_id, caption.run_id)
       WHERE ${captionIsOf} AND ${captionFits(filter)} ORDER BY wanted.key, ${shownFirst}`,
    )
    .all(ids);
  const found = new Map<number, DocumentCaption[]>();
  for (const row of rows) {
    if (!filter.included.alternatives && found.has(row.photo_id)) continue;
    const scored = row.doubtful === null ? {} : { doubtful: row.doubtful === 1 };
    const candidates = candidatesSchema.parse(json.value(row.candidates) ?? []);
    addTo(found, row.photo_id, {
      text: row.text,
      source: row.source,
      model: json.model(row.model),
      instruction: row.instruction,
      parameters: json.value(row.settings),
      itm: row.itm,
      ...scored,
      ...(candidates.length === 0 ? {} : { candidates }),
      ...(row.filter === null ? {} : { filter: json.value(row.filter) }),
      language: row.language,
      approvedAtMs: row.approved_at_ms,
      atMs: row.created_at_ms,
    });
  }
  return found;
}

interface TagRow extends Omit<DocumentTag, 'model'> {
  readonly photo_id: number;
  readonly model: string | null;
}

function exportedTags(connection: CatalogConnection, ids: string, filter: ExportFilter): Map<number, DocumentTag[]> {
  const json = new JsonColumn();
  const found = new Map<number, DocumentTag[]>();
  for (const { photo_id, path, source, model, confidence, approvedAtMs } of connection
    .prepare<[string], TagRow>(
      `SELECT photo_tag.photo_id, tag.path, source, ${modelOf('author')} AS model, confidence, approval.created_at_ms AS approvedAtMs
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN photo_tag ON ${tagFits(filter)} JOIN tag ON tag.id = tag_id ${withTagAuthor}
       ORDER BY wanted.key, tag.path_key, source`,
    )
    .iterate(ids)) {
    addTo(found, photo_id, {
      path,
      source,
      model: source === 'model' ? json.model(model) : null,
      confidence,
      approvedAtMs,
    });
  }
  return found;
}

interface AnswerRow extends Omit<DocumentAnswer, 'model' | 'atMs'> {
  readonly photo_id: number;
  readonly model: string | null;
  readonly created_at_ms: number;
}

function exportedAnswers(
  connection: CatalogConnection,
  ids: string,
  filter: ExportFilter,
): Map<number, DocumentAnswer[]> {
  const json = new JsonColumn();
  const found = new Map<number, DocumentAnswer[]>();
  for (const { photo_id, question, text, source, model, created_at_ms } of connection
    .prepare<[string], AnswerRow>(
      `SELECT answer.photo_id, question.text AS question, answer.text, answer.source, ${modelOf('run')} AS model, answer.created_at_ms
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN answer ON ${answerFits(filter)} JOIN question ON question.id = question_id JOIN run ON run.id = answer.run_id
       ORDER BY wanted.key, question_id`,
    )
    .iterate(ids)) {
    addTo(found, photo_id, { question, text, source, model: json.model(model), atMs: created_at_ms });
  }
  return found;
}

function addTo<Row>(found: Map<number, Row[]>, photoId: number, row: Row): void {
  const rows = found.get(photoId);
  if (rows === undefined) found.set(photoId, [row]);
  else rows.push(row);
}

const candidatesSchema = z.array(z.object({ text: z.string(), itm: z.number() }));
const modelSchema = z.object({
  id: z.string(),
  sha256: z.string(),
  precision: z.string(),
  source: z.string().optional(),
  revision: z.string().optional(),
  compiler: z.string().optional(),
});

/** The same few models and settings stand in very many rows. */
class JsonColumn {
  readonly #values = new Map<string, unknown>();
  readonly #models = new Map<string, DocumentCaption['model']>();

  value(text: string | null): unknown {
    if (text === null) return null;
    if (!this.#values.has(text)) this.#values.set(text, JSON.parse(text));
    return this.#values.get(text);
  }

  model(text: string | null): DocumentCaption['model'] {
    if (text === null) return null;
    const known = this.#models.get(text);
    if (known !== undefined) return known;
    const model = modelSchema.parse(JSON.parse(text));
    this.#models.set(text, model);
    return model;
  }
}
