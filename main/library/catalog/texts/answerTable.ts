/**
 * @file The answers of one run as a table: a row a photo, a column a question. A cell shows what a person answered, beside
 * what the run did. Reader threads.
 */
import * as z from 'zod';
import { type PromptWarning, promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import type { AnswerFilter, AnswerOrder } from '../../../../schemas/answerFilter.ts';
import type { Language } from '../../../../schemas/choices.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import { packIds } from '../photos/photoList.ts';
import type { SqlValue } from '../search/condition.ts';
import { askedQuestions, cellId, isUnsure, rowConditions, rowPhotos } from './answerCells.ts';
import { type AnswerField, fieldsByQuestion } from './answerFields.ts';

export interface AnswerTableArgs {
  readonly runId: number;
  readonly filter: AnswerFilter;
  readonly order: AnswerOrder;
  /** Whose order of words. */
  readonly language: Language;
}

export interface AnswerTable {
  readonly questions: readonly AnsweredQuestion[];
  /** Of the rows that meet the filter, in order; packed as those of `PackedPhotoList`. */
  readonly ids: string;
  /** Rows there are. */
  readonly total: number;
}

export interface AnsweredQuestion {
  readonly id: number;
  readonly text: string;
  /** About the answers of all photos. */
  readonly warnings: readonly PromptWarning[];
  /** The model chose from a list, so that its answers have probabilities. */
  readonly isChoice: boolean;
  /** That holds its answers. */
  readonly field: AnswerField | undefined;
}

export function answerTable(connection: CatalogConnection, args: AnswerTableArgs): AnswerTable {
  const { runId, filter } = args;
  const facts = questionFacts(connection, runId);
  const fields = fieldsByQuestion(connection);
  const ids = sortedRows(connection, args, fields);
  const isEvery = filter.letters.trim() === '' && filter.values.length === 0;
  return {
    questions: askedQuestions(connection, runId).map((question) => ({
      ...question,
      warnings: facts.get(question.id)?.warnings ?? [],
      isChoice: facts.get(question.id)?.isChoice ?? false,
      field: fields.get(question.id),
    })),
    ids: packIds(ids),
    total: isEvery ? ids.length : connection.value<number>(`SELECT count(*) FROM (${rowPhotos})`, runId, runId),
  };
}

/** Rows without an answer come last, whichever way. */
function sortedRows(
  connection: CatalogConnection,
  { runId, filter, order, language }: AnswerTableArgs,
  fields: ReadonlyMap<number, AnswerField>,
): number[] {
  const conditions = rowConditions(connection, runId, filter);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const rows = `FROM (${rowPhotos}) AS row`;
  const ofRows: SqlValue[] = [runId, runId];
  const parameters = conditions.flatMap((part) => part.parameters);
  const direction = order.descending ? 'DESC' : 'ASC';
  const idsOf = (sql: string, values: readonly SqlValue[]) =>
    connection
      .prepare<SqlValue[], number>(sql)
      .pluck()
      .all(...values);
  if (order.column === 'photo') {
    return idsOf(
      `SELECT photo_id ${rows} JOIN photo ON photo.id = photo_id ${where}
       ORDER BY name_order ${direction}, photo_id ${direction}`,
      [...ofRows, ...parameters],
    );
  }
  const cells = `${rows} LEFT JOIN answer AS cell ON cell.id = ${cellId('row.photo_id', '?')}`;
  const values = [...ofRows, order.column, runId, ...parameters];
  if (order.by === 'confidence') {
    return idsOf(
      `SELECT row.photo_id ${cells} ${where} ORDER BY choice_confidence(cell.choices) ${direction} NULLS LAST, row.photo_id`,
      values,
    );
  }
  return byValue(
    connection
      .prepare<SqlValue[], ValuedRow>(`SELECT row.photo_id AS photoId, cell.text ${cells} ${where}`)
      .all(...values),
    { descending: order.descending, language, field: fields.get(order.column) },
  );
}

interface ValuedRow {
  readonly photoId: number;
  readonly text: string | null;
}

interface ValueOrder {
  readonly descending: boolean;
  readonly language: Language;
  readonly field: AnswerField | undefined;
}

/** As people of the language order words, and numbers by their value; of a field, a list's values in its order, and what does not fit after them. */
function byValue(rows: readonly ValuedRow[], { descending, language, field }: ValueOrder): number[] {
  const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const sign = descending ? -1 : 1;
  const groups = [...Map.groupBy(rows, ({ text }) => text)].map(([text, group]) => {
    const value = field === undefined || text === null ? text : (fieldValue(field, text) ?? null);
    const rank = text === null ? 2 : value === null ? 1 : 0;
    const place = value === null ? -1 : (field?.values.indexOf(value) ?? -1);
    return { text: value ?? text ?? '', rank, number: numberOf(field, value) ?? place, group };
  });
  return groups
    .toSorted((a, b) => a.rank - b.rank || sign * (a.number - b.number || compare(a.text, b.text)))
    .flatMap(({ group }) => group.map(({ photoId }) => photoId).sort((a, b) => a - b));
}

function numberOf(field: AnswerField | undefined, value: string | null): number | undefined {
  return field?.type === 'number' && value !== null ? Number(value) : undefined;
}

export interface AnswerRowsArgs {
  readonly runId: number;
  /** A column each. */
  readonly questionIds: readonly number[];
  readonly photoIds: readonly number[];
}

export interface AnswerRow {
  readonly photoId: number;
  readonly fileName: string;
  /** In the order of the questions; null where there is none (yet). */
  readonly answers: readonly (AnswerCell | null)[];
}

export interface AnswerCell {
  readonly text: string;
  readonly source: Source;
  /** What the run answered, where a person answered, too. */
  readonly model: string | null;
  /** The probability that the model gave it, 0 to 1, where it had to choose. */
  readonly confidence: number | null;
  readonly unsure: boolean;
  /** What the answer is to the field that holds it; null where no field does, or it does not fit. */
  readonly value: string | null;
  /** False where it is no value of its field. */
  readonly fits: boolean;
}

/** The rows of those photos that are in the catalog, in their order. */
export function answerRows(connection: CatalogConnection, args: AnswerRowsArgs): AnswerRow[] {
  const { runId, questionIds, photoIds } = args;
  const fields = fieldsByQuestion(connection);
  const nameOf = connection.prepare<[number], string>('SELECT name FROM photo WHERE id = ?').pluck();
  return photoIds.flatMap((photoId) => {
    const fileName = nameOf.get(photoId);
    if (fileName === undefined) return [];
    return [
      {
        photoId,
        fileName,
        answers: questionIds.map((id) => answerCell(connection, { runId, photoId, questionId: id }, fields.get(id))),
      },
    ];
  });
}

interface CellRow {
  readonly text: string;
  readonly source: Source;
  readonly run_id: number;
  readonly confidence: number | null;
  readonly unsure: number;
}

/** What a cell shows; null where there is no answer. */
export function answerCell(
  connection: CatalogConnection,
  { runId, photoId, questionId }: { readonly runId: number; readonly photoId: number; readonly questionId: number },
  field?: AnswerField,
): AnswerCell | null {
  const row = connection
    .prepare<[number, number, number], CellRow>(
      `SELECT text, source, run_id, choice_confidence(cell.choices) AS confidence, ${isUnsure('cell')} AS unsure
       FROM answer AS cell WHERE id = ${cellId('?', '?')}`,
    )
    .get(photoId, questionId, runId);
  if (row === undefined) return null;
  const { text, source, confidence } = row;
  const model = row.run_id === runId ? null : answerOfRun(connection, runId, photoId, questionId);
  const value = field === undefined ? null : (fieldValue(field, text) ?? null);
  return {
    ...{ text, source, model, confidence, unsure: row.unsure === 1, value },
    fits: field === undefined || value !== null,
  };
}

function answerOfRun(connection: CatalogConnection, runId: number, photoId: number, questionId: number) {
  const text = connection
    .prepare<[number, number, number], string>(
      `SELECT text FROM answer WHERE photo_id = ? AND question_id = ? AND run_id = ? AND removed_run_id IS NULL
       ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
    .get(photoId, questionId, runId);
  return text ?? null;
}

interface QuestionFacts {
  isChoice: boolean;
  /** Each kind once, with what of it any answer told. */
  warnings: PromptWarning[];
}

/** By question. */
function questionFacts(connection: CatalogConnection, runId: number): Map<number, QuestionFacts> {
  const stored = connection
    .prepare<[number], { question_id: number; warnings: string | null; is_choice: number }>(
      `SELECT DISTINCT question_id, warnings, choices IS NOT NULL AS is_choice FROM answer
       WHERE run_id = ? AND removed_run_id IS NULL AND (warnings IS NOT NULL OR choices IS NOT NULL)`,
    )
    .all(runId);
  const facts = new Map<number, QuestionFacts>();
  for (const { question_id: questionId, warnings, is_choice: isChoice } of stored) {
    const known = facts.get(questionId) ?? { isChoice: false, warnings: [] };
    known.isChoice ||= isChoice === 1;
    for (const warning of z.array(promptWarningSchema).parse(JSON.parse(warnings ?? '[]'))) {
      const same = known.warnings.find(({ code }) => code === warning.code);
      const parts = [...new Set([...(same?.parts ?? []), ...(warning.parts ?? [])])];
      const joined = { ...warning, ...(parts.length === 0 ? {} : { parts }) };
      known.warnings = [...known.warnings.filter((other) => other !== same), joined];
    }
    facts.set(questionId, known);
  }
  return facts;
}
