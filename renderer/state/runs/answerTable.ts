/** @file The table of a run's answers: filtered, sorted, counted, and turned into rules for tags. Pure; renderer only. */
import type { AnswerTable } from '../../../preload/contract/runs.ts';
import { typedList } from '../typedLines.ts';

export type AnswerRow = AnswerTable['rows'][number];

/** A question by its place, or the photo's name. */
export type Column = number | 'photo';

export interface TableOrder {
  readonly column: Column;
  readonly descending: boolean;
}

function textOf(row: AnswerRow, column: Column): string | null {
  return column === 'photo' ? row.fileName : (row.answers[column] ?? null);
}

/** Rows with the letters in the column, or anywhere. */
export function filterRows(rows: readonly AnswerRow[], letters: string, column: Column | 'any'): readonly AnswerRow[] {
  const wanted = letters.trim().toLocaleLowerCase();
  if (wanted === '') return rows;
  const has = (text: string | null | undefined) => text?.toLocaleLowerCase().includes(wanted) === true;
  return rows.filter((row) =>
    column === 'any' ? has(row.fileName) || row.answers.some(has) : has(textOf(row, column)),
  );
}

/** Photos without an answer come last, whichever way. */
export function sortRows(rows: readonly AnswerRow[], order: TableOrder, locale: string): readonly AnswerRow[] {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const sign = order.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [textOf(a, order.column), textOf(b, order.column)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * compare(left, right) || a.photoId - b.photoId;
  });
}

export interface AnswerCount {
  readonly answer: string;
  readonly photos: number;
}

/** Answers that the library takes for the same: capitals, spaces and an end mark do not matter. */
function answerKey(text: string): string {
  const key = text.normalize('NFC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
  return key.replace(/[.。!]+$/u, '');
}

/** Most first. */
export function answerCounts(rows: readonly AnswerRow[], question: number): AnswerCount[] {
  const counts = new Map<string, { answer: string; photos: number }>();
  for (const row of rows) {
    const answer = row.answers[question]?.trim() ?? '';
    if (answer === '') continue;
    const key = answerKey(answer);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { answer, photos: 1 });
    else known.photos += 1;
  }
  return [...counts.values()].sort((a, b) => b.photos - a.photos || a.answer.localeCompare(b.answer));
}

const saysNothing = /^(?:unknown|unanswerable|none|nothing|n\/a|i don't know|not sure|是|否|没有|不知道)$/i;
/** Longer answers are sentences, which make poor tags. */
const maxTag = 40;

/** On one line, without an end mark. */
function plainAnswer(answer: string): string {
  return answer
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[.!?。！？]+$/u, '')
    .trim();
}

/** The tag that an answer suggests; empty where it suggests none. */
export function suggestedTag(answer: string): string {
  const tag = plainAnswer(answer).replaceAll('/', ' ').toLowerCase();
  return tag.length > maxTag || saysNothing.test(tag) ? '' : tag;
}

export interface MappingRow extends AnswerCount {
  readonly used: boolean;
  /** As typed: commas stand between several. */
  readonly tag: string;
}

/** Yes and no say nothing without their question. */
const yesOrNo = /^(?:yes|no)$/;

/** By what a model said: the tag of the vocabulary that it means. */
export type MeantTags = ReadonlyMap<string, string>;

/** What to look for in the vocabulary: each answer, and the parts of those that are lists. */
export function saidInAnswers(counts: readonly AnswerCount[]): string[] {
  return [...new Set(counts.flatMap(({ answer }) => [plainAnswer(answer), ...typedList(suggestedTag(answer))]))];
}

/** What is put before a person to change: tags of the vocabulary as it spells them, where answers mean them. */
export function proposedMapping(counts: readonly AnswerCount[], meant: MeantTags): MappingRow[] {
  return counts.map((count) => {
    const whole = meant.get(plainAnswer(count.answer));
    if (whole !== undefined) return { ...count, tag: whole, used: true };
    const suggested = suggestedTag(count.answer);
    const tags = new Set(typedList(suggested).map((part) => meant.get(part) ?? part));
    return { ...count, tag: [...tags].join(', '), used: suggested !== '' && !yesOrNo.test(suggested) };
  });
}

/** Tags of the vocabulary have their place in its tree; all others go below the tag above. */
export function taggingRules(
  questionId: number,
  mapping: readonly MappingRow[],
  { above, meant }: { readonly above: string; readonly meant: MeantTags },
): { questionId: number; answer: string; tag: string }[] {
  const parent = above.trim().replace(/\/+$/, '');
  const listed = new Set(meant.values());
  const placed = (tag: string) => (parent === '' || listed.has(tag) ? tag : `${parent}/${tag}`);
  return mapping
    .filter(({ used }) => used)
    .flatMap(({ answer, tag }) => {
      // A tag of the vocabulary may hold a comma.
      const tags = listed.has(tag) ? [tag] : typedList(tag);
      return tags.map((one) => ({ questionId, answer, tag: placed(one) }));
    });
}
