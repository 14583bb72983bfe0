/** @file What lines of progress are made of: how far work is, how fast it goes, how long the rest will take. Pure. */
import type { ProgressLines } from '../../resources/messages/commandLine/quantities.ts';
import type { CliTexts } from './language.ts';

export interface Pace {
  readonly perSecond: number;
  readonly remainingMs: number;
}

/** Undefined until there is something to go by. */
export function paceOf(done: number, total: number, elapsedMs: number): Pace | undefined {
  if (done <= 0 || elapsedMs <= 0) {
    return undefined;
  }
  return { perSecond: (done * 1000) / elapsedMs, remainingMs: (elapsedMs / done) * (total - done) };
}

/** @param logParts where a log has it in other words */
export function progressLines(
  parts: readonly string[],
  { commandLine }: CliTexts,
  logParts: readonly string[] = parts,
): ProgressLines {
  return { line: parts.join(' · '), logLine: commandLine.general.list(logParts) };
}
