/** @file Shows what is wrong with a query, and where: the query, and marks below the place. Pure. */
import * as z from 'zod';
import { VignetteError } from '../../../native-models/errors.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import { printable } from '../printable.ts';

const detailsSchema = z.object({ offset: z.int(), length: z.int(), suggestion: z.string().nullish() });

export interface QueryProblem {
  readonly message: string;
  /** The query, a line of marks, and what may stand there instead. */
  readonly lines: readonly string[];
}

/** Undefined for an error that is about something else. */
export function queryProblem(query: string, error: unknown, texts: Texts): QueryProblem | undefined {
  if (!(error instanceof VignetteError) || error.code !== 'QUERY_INVALID') return undefined;
  const { data } = detailsSchema.safeParse(error.details);
  const message = errorText(error, texts);
  if (data === undefined) return { message, lines: [] };
  const { offset, length, suggestion } = data;
  const before = columnsOf(printable(query.slice(0, offset)));
  const marked = Math.max(1, columnsOf(printable(query.slice(offset, offset + length))));
  const hint =
    suggestion === null || suggestion === undefined ? [] : [texts.commandLine.didYouMean(printable(suggestion))];
  return {
    message,
    lines: [`  ${printable(query)}`, `  ${' '.repeat(before)}${'^'.repeat(marked)}`, ...hint],
  };
}

/** East Asian characters and pictures take two columns, marks none. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    columns += /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}
