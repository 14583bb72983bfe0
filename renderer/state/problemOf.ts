/** @file What went wrong, out of whatever was thrown: errors of the library keep their code and sentence. Pure; renderer only. */
import { ORPCError } from '@orpc/client';
import type { Problem } from '../../preload/contract/common.ts';

export const connectionLostCode = 'CONNECTION_LOST';

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError) return { code: String(error.code), message: error.message };
  return { code: connectionLostCode, message: error instanceof Error ? error.message : String(error) };
}
