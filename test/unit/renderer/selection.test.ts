/** @file What of a selection is left when the list shows other photos. */
import { describe, expect, it } from 'vitest';
import { keptSelection, type Listed, type Selected } from '../../../renderer/state/keptSelection.ts';

function listed(ids: readonly number[], query: string | null = ''): Listed {
  const members = new Set(ids);
  return { ids: Uint32Array.from(ids), query, has: (id) => members.has(id) };
}

function selected(ids: readonly number[], change: Partial<Selected> = {}): Selected {
  return { ids: new Set(ids), base: new Set(ids), allOf: null, anchorId: null, focusedId: null, ...change };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a selection, when the list shows other photos', () => {
  it('keeps those that are still shown, in their order, and says how many it leaves out', () => {
    const kept = keptSelection(selected([4, 2, 1, 3]), listed([2, 4, 9]));
    expect([...kept.ids]).toEqual([4, 2]);
    expect(kept.leftOut).toBe(2);
  });

  it('is empty where none of them is shown, and so are the place of the keyboard and the beginning of a stretch', () => {
    const kept = keptSelection(selected([1, 2], { anchorId: 1, focusedId: 2 }), listed([7, 8]));
    expect(kept).toMatchObject({ ids: new Set(), base: new Set(), anchorId: null, focusedId: null, leftOut: 2 });
  });

  it('keeps its places where they are shown, and stays the same where nothing is left out', () => {
    const before = selected([1, 2], { anchorId: 1, focusedId: 3 });
    const kept = keptSelection(before, listed([3, 2, 1]));
    expect(kept).toMatchObject({ anchorId: 1, focusedId: 3, leftOut: 0 });
    expect(kept.ids).toBe(before.ids);
  });

  it('does not bring back, with a stretch that is added to it, what was left out', () => {
    expect([...keptSelection(selected([1, 2]), listed([2])).base]).toEqual([2]);
  });

  it('of very many photos is named by the query of the list that shows them, and by no earlier one', () => {
    const everything = selected(upTo(60_000), { allOf: 'folder:a' });
    const kept = keptSelection(everything, listed(upTo(55_000), 'folder:b'));
    expect(kept).toMatchObject({ allOf: null, leftOut: 5000 });
    expect(keptSelection(everything, listed(upTo(55_000), null)).allOf).toBeNull();
  });

  it('of all that a query finds shows what the query finds now, since that is what will be changed', () => {
    const everything = selected(upTo(60_000), { allOf: '' });
    const kept = keptSelection(everything, listed([...upTo(60_000), 70_000]));
    expect(kept).toMatchObject({ allOf: '', leftOut: 0 });
    expect(kept.ids.has(70_000)).toBe(true);
  });

  it('of few photos, though of all, does not take in those that come later', () => {
    const kept = keptSelection(selected([1, 2], { allOf: '' }), listed([1, 2, 3]));
    expect(kept.ids).toEqual(new Set([1, 2]));
    expect(kept.allOf).toBeNull();
  });
});
