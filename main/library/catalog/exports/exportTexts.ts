/** @file The texts and tags of photos as an export takes them, by the ids of the photos. Plain functions for reader threads. */
import * as z from 'zod';
import { promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import type { ExportFilter } from '../../../../schemas/exports.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { describedRevision, shownFirst } from '../texts/captions.ts';
import { withTagAuthor } from '../texts/tags.ts';
import type { DocumentAnswer, DocumentScore, DocumentTag, DocumentText } from './documentRecord.ts';
import {
  answerFits,
  captionFits,
  captionIsOf,
  captionsFrom,
  documentRunKey,
  isNoEdit,
  scoredDoubtful,
  tagFits,
} from './exportConditions.ts';

interface CaptionRow {
  readonly id: number;
  readonly photo_id: number;
  readonly text: string;
  readonly source: Source;
  readonly run: string | null;
  readonly model: string | null;
  readonly instruction: string | null;
  readonly runInstruction: string | null;
  readonly isShown: number;
  readonly isOutdated: number;
  readonly itm: number | null;
  readonly doubtful: number | null;
  readonly own_itm: number | null;
  readonly own_doubtful: number | null;
  readonly candidates: string | null;
  readonly warnings: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly based_on_id: number | null;
  readonly copied_from_id: number | null;
  readonly language: string | null;
  readonly approvedAtMs: number | null;
  readonly atMs: number;
}

/** A run's key where it says something of a text. @param questionId of a question that was asked on terms of its own */
const runKey = (run: string, questionId = 'NULL') =>
  `iif(${isNoEdit.replaceAll('run.', `${run}.`)}, ${documentRunKey(`${run}.id`, questionId)}, NULL)`;

const ownTermsOfAnswer =
  '(SELECT question_id FROM question_terms WHERE run_id = run.id AND question_id = answer.question_id)';

interface TextArgs {
  readonly filter: ExportFilter;
  readonly kind: TextKind;
  /** By the ids of texts, where the document has a place for all of them. */
  readonly scores: ReadonlyMap<number, readonly DocumentScore[]> | undefined;
}

/** The first of its kind, whatever the export leaves out; of captions the photo knows it. */
const shownOf = (kind: TextKind) =>
  kind === 'caption'
    ? 'photo.shown_caption_id'
    : `(SELECT caption.id FROM caption WHERE ${captionIsOf} AND caption.kind = '${kind}'
         AND caption.removed_run_id IS NULL ORDER BY ${shownFirst} LIMIT 1)`;

/** All that fit of one kind, or only the first. @param ids as a JSON array */
export function exportedTexts(
  connection: CatalogConnection,
  ids: string,
  { filter, kind, scores }: TextArgs,
): Map<number, ExportedText[]> {
  const rows = connection
    .prepare<[string], CaptionRow>(
      `SELECT caption.id, caption.photo_id, caption.text, caption.source, ${runKey('run')} AS run,
         run.model ->> '$.id' AS model, caption.prompt AS instruction, run.prompt AS runInstruction,
         caption.id = ${shownOf(kind)} AS isShown, ${describedRevision} < photo.revision AS isOutdated,
         coalesce(score.itm, caption.itm) AS itm, ${scoredDoubtful} AS doubtful, caption.itm AS own_itm,
         caption.doubtful AS own_doubtful, caption.candidates, caption.warnings, caption.width, caption.height,
         caption.based_on_id, caption.copied_from_id, caption.language, approval.created_at_ms AS approvedAtMs, caption.created_at_ms AS atMs
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN ${captionsFrom} JOIN run ON run.id = coalesce(caption.author_run_id, caption.run_id)
       WHERE ${captionIsOf} AND ${captionFits(filter, kind)} ORDER BY wanted.key, ${shownFirst}`,
    )
    .all(ids);
  const found = new Map<number, CaptionRow[]>();
  for (const row of rows) {
    if (filter.included.alternatives || !found.has(row.photo_id)) addTo(found, row.photo_id, row);
  }
  return new Map([...found].map(([photoId, of]) => [photoId, textsOf(of, scores)]));
}

/** With the rows that it stands for and was made from, while it is not known where that one stands. */
export interface ExportedText extends Omit<DocumentText, 'basedOn' | 'copiedFrom'> {
  readonly id: number;
  readonly basedOnId: number | null;
  readonly copiedFromId: number | null;
}

export interface ExportedAnswer extends Omit<DocumentAnswer, 'copiedFrom'> {
  readonly copiedFromId: number | null;
}

/** How the document names photos that others have texts from, by their ids. */
export type CopiedNames = ReadonlyMap<number, string>;

export function copiedFromOf(copiedFromId: number | null, names: CopiedNames): DocumentText['copiedFrom'] {
  return copiedFromId === null ? null : { file: names.get(copiedFromId) ?? null };
}

/** @param texts of one photo, by their kinds */
export function withOrigins(
  texts: ReadonlyMap<TextKind, readonly ExportedText[]>,
  names: CopiedNames,
): Map<TextKind, DocumentText[]> {
  const places = new Map<number, DocumentText['basedOn']>();
  for (const [kind, ofKind] of texts) {
    for (const [index, { id }] of ofKind.entries()) places.set(id, { kind, index });
  }
  const placed = ({ id: _, basedOnId, copiedFromId, ...text }: ExportedText): DocumentText => ({
    ...text,
    copiedFrom: copiedFromOf(copiedFromId, names),
    basedOn: (basedOnId === null ? undefined : places.get(basedOnId)) ?? null,
  });
  return new Map([...texts].map(([kind, ofKind]) => [kind, ofKind.map(placed)]));
}

/** @param rows of one photo */
function textsOf(
  rows: readonly CaptionRow[],
  scores: ReadonlyMap<number, readonly DocumentScore[]> | undefined,
): ExportedText[] {
  return rows.map((row): ExportedText => {
    const { text, source, run, model, instruction, runInstruction, language, itm, approvedAtMs, atMs } = row;
    return {
      ...{ text, source, run, model, instruction, runInstruction, language, itm, approvedAtMs, atMs },
      isShown: row.isShown === 1,
      isOutdated: row.isOutdated === 1,
      doubtful: booleanOf(row.doubtful),
      scores: scores === undefined ? [] : [...ownScore(row), ...(scores.get(row.id) ?? [])],
      candidates: listOf(candidatesSchema, row.candidates),
      warnings: listOf(warningsSchema, row.warnings),
      seen: row.width === null || row.height === null ? null : { width: row.width, height: row.height },
      id: row.id,
      basedOnId: row.based_on_id,
      copiedFromId: row.copied_from_id,
    };
  });
}

/** What the filter found as the caption was written. */
function ownScore({ own_itm, own_doubtful, run, atMs }: CaptionRow): DocumentScore[] {
  return own_itm === null ? [] : [{ itm: own_itm, itc: null, doubtful: booleanOf(own_doubtful), run, atMs }];
}

interface ScoreRow extends Omit<DocumentScore, 'doubtful'> {
  readonly photo_id: number;
  readonly caption_id: number | null;
  readonly text: string;
  readonly doubtful: number | null;
}

export interface ExportedScores {
  /** By the ids of captions. */
  readonly ofCaptions: Map<number, DocumentScore[]>;
  /** By the ids of photos: of texts that are none of the photo's. */
  readonly ofOthers: Map<number, (DocumentScore & { readonly text: string })[]>;
}

export function exportedScores(connection: CatalogConnection, ids: string): ExportedScores {
  const found: ExportedScores = { ofCaptions: new Map(), ofOthers: new Map() };
  for (const { photo_id, caption_id, text, doubtful, ...row } of connection
    .prepare<[string], ScoreRow>(
      `SELECT score.photo_id, score.caption_id, score.text, score.itm, score.itc, score.doubtful,
         ${runKey('run')} AS run, score.created_at_ms AS atMs
       FROM json_each(?) AS wanted JOIN score ON score.photo_id = wanted.value AND score.removed_run_id IS NULL
       JOIN run ON run.id = score.run_id ORDER BY wanted.key, score.id`,
    )
    .iterate(ids)) {
    const score = { ...row, doubtful: booleanOf(doubtful) };
    if (caption_id === null) addTo(found.ofOthers, photo_id, { text, ...score });
    else addTo(found.ofCaptions, caption_id, score);
  }
  return found;
}

interface TagRow extends DocumentTag {
  readonly photo_id: number;
}

export function exportedTags(
  connection: CatalogConnection,
  ids: string,
  filter: ExportFilter,
): Map<number, DocumentTag[]> {
  const found = new Map<number, DocumentTag[]>();
  for (const { photo_id, ...tag } of connection
    .prepare<[string], TagRow>(
      `SELECT photo_tag.photo_id, tag.path, source, ${runKey('author')} AS run, confidence,
         approval.created_at_ms AS approvedAtMs, photo_tag.created_at_ms AS atMs
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN photo_tag ON ${tagFits(filter)} JOIN tag ON tag.id = tag_id ${withTagAuthor}
       ORDER BY wanted.key, tag.path_key, source`,
    )
    .iterate(ids)) {
    addTo(found, photo_id, tag);
  }
  return found;
}

interface AnswerRow extends Omit<ExportedAnswer, 'isShown' | 'isOutdated' | 'choices' | 'warnings'> {
  readonly photo_id: number;
  readonly isShown: number;
  readonly isOutdated: number;
  readonly choices: string | null;
  readonly warnings: string | null;
}

/** @param isEach all answers to a question, not only the one that is shown */
export function exportedAnswers(
  connection: CatalogConnection,
  ids: string,
  filter: ExportFilter,
  isEach: boolean,
): Map<number, ExportedAnswer[]> {
  const found = new Map<number, ExportedAnswer[]>();
  for (const { photo_id, isShown, isOutdated, choices, warnings, ...answer } of connection
    .prepare<[string], AnswerRow>(
      `SELECT answer.photo_id, answer.id, question.text AS question, answer.text, answer.source,
         ${runKey('run', ownTermsOfAnswer)} AS run, answer.prompt AS instruction, answer.shown AS isShown, answer.photo_revision < photo.revision AS isOutdated,
         answer.choices, answer.warnings, answer.copied_from_id AS copiedFromId, answer.created_at_ms AS atMs
       FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value
       JOIN answer ON ${answerFits(filter, isEach)} JOIN question ON question.id = question_id
       JOIN run ON run.id = answer.run_id
       ORDER BY wanted.key, question_id, answer.shown DESC, answer.id DESC`,
    )
    .iterate(ids)) {
    addTo(found, photo_id, {
      ...answer,
      isShown: isShown === 1,
      isOutdated: isOutdated === 1,
      choices: choices === null ? null : listOf(choicesSchema, choices),
      warnings: listOf(warningsSchema, warnings),
    });
  }
  return found;
}

function addTo<Row>(found: Map<number, Row[]>, id: number, row: Row): void {
  const rows = found.get(id);
  if (rows === undefined) found.set(id, [row]);
  else rows.push(row);
}

const candidatesSchema = z.array(z.object({ text: z.string(), itm: z.number() }));
const choicesSchema = z.array(z.object({ text: z.string(), probability: z.number() }));
const warningsSchema = z.array(promptWarningSchema);

function listOf<Item>(schema: z.ZodType<Item[]>, json: string | null): Item[] {
  return json === null ? [] : schema.parse(JSON.parse(json));
}

function booleanOf(value: number | null): boolean | null {
  return value === null ? null : value === 1;
}
