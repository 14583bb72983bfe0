/** @file Shows what is wrong with a query that a command was given, and where: the query, and marks below the place. */
import * as z from 'zod';
import { VignetteError } from '../../../native-models/errors.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { widthOf } from '../columns.ts';
import { type ExitCode, exitCode } from '../exitCodes.ts';
import type { CliTexts } from '../language.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

const detailsSchema = z.object({
  problem: z.object({ code: z.string() }),
  offset: z.int(),
  length: z.int(),
  suggestion: z.string().nullish(),
});

interface QueryProblem {
  readonly message: string;
  /** The query, a line of marks, and what may stand there instead, where the message does not say so. */
  readonly lines: readonly string[];
}

/** Undefined for an error that is about something else. */
function queryProblem(query: string, error: unknown, texts: CliTexts): QueryProblem | undefined {
  if (!(error instanceof VignetteError) || error.code !== 'QUERY_INVALID') return undefined;
  const { data } = detailsSchema.safeParse(error.details);
  const message = errorText(error, texts);
  if (data === undefined) return { message, lines: [] };
  const { problem, offset, length, suggestion } = data;
  const before = widthOf(printable(query.slice(0, offset)));
  const marked = Math.max(1, widthOf(printable(query.slice(offset, offset + length))));
  const hint =
    suggestion === null || suggestion === undefined || problem.code === 'otherField'
      ? []
      : [texts.commandLine.general.didYouMean(printable(suggestion))];
  return {
    message,
    lines: [`  ${printable(query)}`, `  ${' '.repeat(before)}${'^'.repeat(marked)}`, ...hint],
  };
}

/** Returns the exit code. @throws the error, where it is about something else */
export async function sayQueryProblem(terminal: Terminal, query: string, error: unknown): Promise<ExitCode> {
  const problem = queryProblem(query, error, terminal.texts);
  if (problem === undefined) throw error;
  await terminal.note(`vignette: ${printable(problem.message)}`);
  for (const line of problem.lines) await terminal.note(line);
  return exitCode.badUsage;
}
