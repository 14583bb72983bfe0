/** @file What a caption under review could say instead. */
import { describe, expect, it } from 'vitest';
import type { StoredCaption } from '../../../preload/contract/photos.ts';
import { reviewCandidates } from '../../../renderer/state/review/candidates.ts';

function caption(id: number, text: string, rest: Partial<StoredCaption> = {}): StoredCaption {
  return {
    id,
    text,
    source: 'model',
    modelId: 'demo',
    stale: false,
    doubtful: true,
    itm: null,
    shown: false,
    runId: 1,
    modelVersions: [],
    approvedAtMs: null,
    preset: null,
    prompt: null,
    basedOn: null,
    copiedFrom: null,
    warnings: [],
    candidates: [],
    createdAtMs: id * 1000,
    ...rest,
  };
}

const texts = (captions: StoredCaption[], sinceMs?: number) =>
  reviewCandidates(captions, sinceMs).map(({ text }) => text);

describe('candidates for a caption under review', () => {
  it('are what is shown, then its candidates by their match, then older captions', () => {
    const shown = caption(2, 'a boat', {
      candidates: [
        { text: 'a ship', itm: 0.2 },
        { text: 'a red boat', itm: 0.6 },
      ],
    });
    expect(texts([shown, caption(1, 'a photo of a boat')])).toEqual([
      'a boat',
      'a red boat',
      'a ship',
      'a photo of a boat',
    ]);
  });

  it('name each text once, whatever its capitals and spaces', () => {
    const shown = caption(2, 'A boat', { itm: 0.4, candidates: [{ text: 'a  boat ', itm: 0.4 }] });
    expect(reviewCandidates([shown, caption(1, 'a boat')])).toEqual([{ text: 'A boat', caption: shown, itm: 0.4 }]);
  });

  it("begin with what was written since the photo was captioned again, though the person's own is shown", () => {
    const own = caption(1, 'my boat', { source: 'human' });
    expect(texts([own, caption(5, 'a sailing boat')], 4000)).toEqual(['a sailing boat', 'my boat']);
  });

  it('are none where nothing is written', () => {
    expect(texts([])).toEqual([]);
    expect(texts([caption(1, '  ')])).toEqual([]);
  });
});
