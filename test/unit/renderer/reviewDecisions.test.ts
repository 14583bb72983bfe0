/** @file The decisions of a review: kept for the session, and laid before what is left. */
import { describe, expect, it } from 'vitest';
import type { KeptText } from '../../../renderer/state/keptText.ts';
import { keepDecisions, keptDecisions, reviewOrder } from '../../../renderer/state/review/decisions.ts';

function storage(): KeptText {
  const texts = new Map<string, string>();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
  };
}

describe('decisions of a review', () => {
  it('are read as they were kept, for each queue by itself', () => {
    const kept = storage();
    const decisions = new Map([
      [12, 'accepted'],
      [3, 'skipped'],
    ] as const);
    keepDecisions(kept, 'unreviewed', decisions);
    expect([...keptDecisions(kept, 'unreviewed')]).toEqual([...decisions]);
    expect(keptDecisions(kept, 'doubtful').size).toBe(0);
  });

  it('are none where what is kept makes no sense', () => {
    const kept = storage();
    kept.setItem('vignette.review.doubtful', '1:accepted x:rejected 0:skipped 2:liked [] 4:rejected');
    expect([...keptDecisions(kept, 'doubtful')]).toEqual([
      [1, 'accepted'],
      [4, 'rejected'],
    ]);
  });

  it('come first, but for what is due again: it was undone', () => {
    const decisions = new Map([
      [1, 'accepted'],
      [2, 'skipped'],
      [3, 'rejected'],
    ] as const);
    const { decided, ids } = reviewOrder(decisions, [9, 2, 3, 5]);
    expect([...decided.keys()]).toEqual([1, 2]);
    expect(ids).toEqual([1, 2, 9, 3, 5]);
  });
});
