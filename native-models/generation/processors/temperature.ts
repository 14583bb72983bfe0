/** @file Flattens (above 1) or sharpens (below 1) the distribution that sampling draws from. */
import type { LogitsProcessor } from './logitsProcessor.ts';

export function temperature(value: number): LogitsProcessor {
  const divisor = Math.fround(value);
  return (scores) => {
    for (let i = 0; i < scores.length; i += 1) scores[i] = (scores[i] ?? 0) / divisor;
  };
}
