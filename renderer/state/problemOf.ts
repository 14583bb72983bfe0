/** @file What went wrong, out of whatever was thrown: errors of the library keep their code and sentence. Renderer only. */
import { ORPCError } from '@orpc/client';
import type { Problem } from '../../preload/contract/common.ts';
import { ConnectionLostError } from './connection.ts';

export const connectionLostCode = 'CONNECTION_LOST';
/** A mistake in the page. */
export const unexpectedCode = 'PAGE_FAILED';

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
