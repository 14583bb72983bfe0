/** @file From what the heads of a matching model compute to what callers get: probabilities and unit vectors. Model host. */
import { GenerationError } from '../../generation/generationError.ts';
import type { MatchResult } from '../../runtime/loadedModel.ts';

/** @param logits of the matching head, [B, 2]: no match, match */
export function matchResults(logits: Float32Array): MatchResult[] {
  assertFinite(logits, 'image-text matching');
  return Array.from({ length: logits.length / 2 }, (_, i) => {
    const [no, yes] = [logits[2 * i] as number, logits[2 * i + 1] as number];
    return { logits: [no, yes], probability: 1 / (1 + Math.exp(no - yes)) };
  });
}

/** Each vector of `size` values divided by its length. */
export function unitVectors(data: Float32Array, size: number): Float32Array {
  assertFinite(data, 'image-text contrast');
  const unit = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += size) {
    const vector = data.subarray(start, start + size);
    // the reference divides by at least this, so that a vector of zeros stays one
    const length = Math.max(1e-12, Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)));
    for (const [i, value] of vector.entries()) unit[start + i] = value / length;
  }
  return unit;
}

function assertFinite(values: Float32Array, stage: string): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken === undefined) return;
  throw new GenerationError(
    'MODEL_NOT_FINITE',
    `The model computed values that are not finite numbers (${stage}): its weights are damaged, or its precision is too low for this device.`,
    { stage, value: String(broken) },
  );
}
