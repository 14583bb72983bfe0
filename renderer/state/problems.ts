/** @file What went wrong, out of whatever was thrown: errors of the library keep their code and sentence; and how it is said in the language of the moment. Renderer only. */
import { ORPCError } from '@orpc/client';
import type { Problem } from '../../preload/contract/common.ts';
import { errorText } from '../../resources/messages/errorText.ts';
import type { Texts } from '../../resources/messages/texts.ts';
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
    const data: unknown = error.data;
    const details = typeof data === 'object' && data !== null && !Array.isArray(data) ? { details: { ...data } } : {};
    return { code: String(error.code), message: error.message, ...details };
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
