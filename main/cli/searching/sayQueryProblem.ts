/** @file Says what is wrong with the query that a command was given. */
import { type ExitCode, exitCode } from '../exitCodes.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import { queryProblem } from './queryProblem.ts';

/** Returns the exit code. @throws the error, where it is about something else */
export async function sayQueryProblem(terminal: Terminal, query: string, error: unknown): Promise<ExitCode> {
  const problem = queryProblem(query, error, terminal.texts);
  if (problem === undefined) throw error;
  await terminal.note(`vignette: ${printable(problem.message)}`);
  for (const line of problem.lines) await terminal.note(line);
  return exitCode.badUsage;
}
