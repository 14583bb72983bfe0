/** @file What went wrong, out of whatever was thrown: errors of the library keep their code and sentence; how it is said in the language of the moment, and whether trying again is offered. Renderer only. */
import { ORPCError } from '@orpc/client';
import type { Problem } from '../../preload/contract/common.ts';
import { errorText } from '../../resources/messages/errorText.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import type { Blame, Retry } from '../../schemas/problem.ts';
import type { Settings } from '../../schemas/settings.ts';
import { ConnectionLostError } from './connection.ts';

export const connectionLostCode = 'CONNECTION_LOST';
/** A mistake in the page. */
const unexpectedCode = 'PAGE_FAILED';

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** What nobody foresaw is reported to the log of the page, with its stack. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError) {
    return { code: String(error.code), message: error.message, ...factsIn(error.data) };
  }
  // Calls that were under way when the connection ended are aborted.
  if (error instanceof ConnectionLostError || isAbort(error)) {
    return { code: connectionLostCode, message: error instanceof Error ? error.message : String(error) };
  }
  console.error(error);
  return { code: unexpectedCode, message: error instanceof Error ? error.message : String(error) };
}

export function problemText(problem: Problem, texts: Texts): string {
  switch (problem.code) {
    case connectionLostCode:
      return texts.common.connectionLost;
    case unexpectedCode:
      return texts.common.unexpected(problem.message);
    case 'MODEL_HOST_CRASHED':
      return texts.chat.hostDied;
    case 'INTERNAL_SERVER_ERROR':
      return texts.common.failedInside;
    default:
      return texts.common.problems[problem.code] ?? errorText(problem, texts);
  }
}

/** Why the queue or a run of it rests. */
export function queueReason(reason: Problem, settings: Settings, texts: Texts): string {
  if (reason.code === 'QUIET_HOURS' && settings.quietHours !== null)
    return texts.queue.quietHours(settings.quietHours.to);
  return texts.queue.reasons[reason.code] ?? problemText(reason, texts);
}

/** What is said to be at fault. @param otherwise where nothing but the program is at fault, or nothing is known */
export function problemTitle({ blames }: Problem, texts: Texts, otherwise: string = texts.common.failed): string {
  return blames === undefined || blames === 'program' ? otherwise : texts.common.blamed[blames];
}

/**
 * Whether the same may go well another time.
 * @param changeable what a person can change meanwhile without asking for something else
 */
export function mayRetry({ retry, blames }: Problem, changeable: readonly Blame[] = []): boolean {
  return retry !== 'never' || (blames !== undefined && changeable.includes(blames));
}

const retries = { never: true, later: true, now: true } satisfies Record<Retry, true>;
const blames = { photo: true, question: true, model: true, disk: true, program: true } satisfies Record<Blame, true>;

/** What the library sends with an error; its transport's own errors have other data. */
function factsIn(data: unknown): Omit<Problem, 'code' | 'message'> {
  if (!isRecord(data)) return {};
  return {
    ...(isRecord(data.details) && { details: data.details }),
    ...(isKeyOf(retries, data.retry) && { retry: data.retry }),
    ...(isKeyOf(blames, data.blames) && { blames: data.blames }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKeyOf<Key extends string>(known: Readonly<Record<Key, true>>, value: unknown): value is Key {
  return typeof value === 'string' && Object.hasOwn(known, value);
}
