/** @file From a matching model's heads to probabilities and unit vectors. */
import { describe, expect, it } from 'vitest';
import { matchResults, unitVectors } from '../../../native-models/architectures/shared/matchingValues.ts';

describe('matching logits', () => {
  it('become the softmax’s probability of a match, a pair at a time', () => {
    const [even, sure, never] = matchResults(Float32Array.of(1.5, 1.5, -200, 200, 200, -200));
    expect(even).toEqual({ logits: [1.5, 1.5], probability: 0.5 });
    expect(sure?.probability).toBe(1);
    expect(never?.probability).toBeCloseTo(0, 12);
  });

  it('that are not numbers are an error that names the stage', () => {
    expect(() => matchResults(Float32Array.of(0, 1, Number.NaN, 1))).toThrow(
      expect.objectContaining({ code: 'MODEL_NOT_FINITE', details: { stage: 'image-text matching', value: 'NaN' } }),
    );
  });
});

describe('projected embeddings', () => {
  it('become vectors of length 1, each by its own length', () => {
    const unit = unitVectors(Float32Array.of(3, 4, 0, -2), 2);
    expect([...unit].map((value) => value.toFixed(6))).toEqual(['0.600000', '0.800000', '0.000000', '-1.000000']);
  });

  it('stay zero where they are zero', () => {
    expect(unitVectors(new Float32Array(3), 3)).toEqual(new Float32Array(3));
  });

  it('that are not numbers are an error that names the stage', () => {
    expect(() => unitVectors(Float32Array.of(1, Number.POSITIVE_INFINITY), 2)).toThrow(
      expect.objectContaining({
        code: 'MODEL_NOT_FINITE',
        details: { stage: 'image-text contrast', value: 'Infinity' },
      }),
    );
  });
});
