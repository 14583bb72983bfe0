/** @file CapFilt: which of several captions is kept, and which is doubted; and where a calibrated threshold lies. */
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../main/library/captioning/calibrate.ts';
import { filteredCaption } from '../../../main/library/queue/capFilt.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { CandidatesRequest, MatchRequest } from '../../../native-models/runtime/protocol.ts';

const ms = { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 };
const request = {
  image: '/photo.jpg',
  prompt: 'a photo of',
  settings: generationSettingsSchema.parse({ sample: true }),
};

function hosts(texts: readonly string[], itm: Readonly<Record<string, number>>) {
  const asked: (CandidatesRequest | MatchRequest)[] = [];
  return {
    asked,
    writer: {
      answer: async () => ({
        prompt: 'a photo of',
        warnings: [],
        text: texts[0] ?? '',
        tokenIds: [0, 9, 1],
        finish: 'eos' as const,
        width: 4,
        height: 3,
        ms,
      }),
      candidates: async (sampling: CandidatesRequest) => {
        asked.push(sampling);
        const candidates = texts.map((text, i) => ({ text, tokenIds: [i], finish: 'eos' as const }));
        return { prompt: 'a photo of', warnings: [], candidates, width: 4, height: 3, ms };
      },
    },
    scorer: {
      match: async (matching: MatchRequest) => {
        asked.push(matching);
        return matching.texts.map((text) => ({ text, itm: itm[text] ?? 0, itc: 0 }));
      },
    },
  };
}

describe('of several candidates', () => {
  it('keeps the most probable with its own tokens, and lists all, best first', async () => {
    const parts = hosts(['a cat', 'a dog', 'a cow'], { 'a cat': 0.2, 'a dog': 0.9, 'a cow': 0.4 });
    const answer = await filteredCaption(request, parts, { candidates: 3, doubtfulBelow: 0.5 }, {});
    expect(answer).toMatchObject({ text: 'a dog', tokenIds: [1], width: 4, height: 3 });
    expect(answer.captionScore).toEqual({
      itm: 0.9,
      doubtful: false,
      candidates: [
        { text: 'a dog', itm: 0.9 },
        { text: 'a cow', itm: 0.4 },
        { text: 'a cat', itm: 0.2 },
      ],
    });
    expect(parts.asked[0]).toMatchObject({ count: 3 });
  });

  it('scores equal ones once, and keeps the first of equally good ones', async () => {
    const parts = hosts(['b', 'a', 'b', 'a'], { a: 0.7, b: 0.7 });
    const { text, captionScore } = await filteredCaption(request, parts, { candidates: 4, doubtfulBelow: 0.5 }, {});
    expect(parts.asked[1]).toEqual({ image: '/photo.jpg', texts: ['b', 'a'], itmOnly: true });
    expect([text, captionScore?.candidates.length]).toEqual(['b', 2]);
  });

  it('doubts the best when even that is improbable', async () => {
    const parts = hosts(['a', 'b'], { a: 0.3, b: 0.49 });
    const { text, captionScore } = await filteredCaption(request, parts, { candidates: 2, doubtfulBelow: 0.5 }, {});
    expect([text, captionScore?.doubtful]).toEqual(['b', true]);
  });
});

it('CapFilt scores the ordinary caption when only one is wanted', async () => {
  const parts = hosts(['a boat'], { 'a boat': 0.6 });
  const answer = await filteredCaption(request, parts, { candidates: 1, doubtfulBelow: 0.5 }, {});
  expect(answer).toMatchObject({ text: 'a boat', tokenIds: [0, 9, 1], captionScore: { itm: 0.6, doubtful: false } });
  expect(parts.asked).toHaveLength(1);
});

describe('the calibrated threshold', () => {
  it('parts true from false in the middle of the gap', () => {
    const pairs = [
      { itm: 0.1, holds: false },
      { itm: 0.3, holds: false },
      { itm: 0.7, holds: true },
      { itm: 0.9, holds: true },
    ];
    expect(calibrate(pairs)).toEqual({ doubtfulBelow: 0.5, pairs: 4, precision: 1, recall: 1 });
  });
  it('makes the fewest mistakes where no threshold makes none', () => {
    const pairs = [
      { itm: 0.1, holds: false },
      { itm: 0.2, holds: true },
      { itm: 0.4, holds: false },
      { itm: 0.8, holds: true },
      { itm: 0.9, holds: true },
    ];
    const { doubtfulBelow, precision, recall } = calibrate(pairs);
    expect(doubtfulBelow).toBeCloseTo(0.6);
    expect(precision).toBe(1);
    expect(recall).toBeCloseTo(2 / 3);
  });
  it('never lies between equal probabilities', () => {
    const pairs = [
      { itm: 0.5, holds: false },
      { itm: 0.5, holds: true },
      { itm: 0.5, holds: true },
    ];
    expect(calibrate(pairs).doubtfulBelow).not.toBe(0.5);
  });
  it('needs both kinds', () => {
    expect(() => calibrate([{ itm: 1, holds: true }])).toThrow(RangeError);
  });
});
