/** @file Forbids the end of an answer until it has a minimum length; the prompt does not count. */
import type { LogitsProcessor } from './logitsProcessor.ts';

export function minNewTokens(minimum: number, eosTokenIds: readonly number[]): LogitsProcessor {
  return (scores, { ids, promptLength }) => {
    if (ids.length - promptLength >= minimum) return;
    for (const id of eosTokenIds) scores[id] = Number.NEGATIVE_INFINITY;
  };
}
