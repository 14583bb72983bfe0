/** @file What the flags of `vignette caption` come to: none of them is accepted and ignored. */
import { expect, it } from 'vitest';
import { captionPlan, outputTarget } from '../../../main/cli/captioning/captionPlan.ts';

const settingsOf = async (values: Record<string, unknown>) => (await captionPlan(['a.jpg'], values, '/work')).settings;

it('the plan of a caption run samples several candidates from the likeliest 90 %, unless it is told otherwise', async () => {
  expect(await settingsOf({ candidates: '5' })).toMatchObject({ sample: true, topP: 0.9 });
  expect(await settingsOf({ candidates: '5', topP: '0.5' })).toMatchObject({ sample: true, topP: 0.5 });
  const asked = { temperature: '0.7', topK: '20', seed: '3', maxNewTokens: '12', repetitionPenalty: '1.5' };
  expect(await settingsOf({ candidates: '5', ...asked })).toMatchObject({
    sample: true,
    topP: 0.9,
    temperature: 0.7,
    topK: 20,
    seed: 3,
    maxNewTokens: 12,
    repetitionPenalty: 1.5,
  });
});

it('the plan of a caption run samples a single candidate only where that is asked for', async () => {
  expect(await settingsOf({ candidates: '1' })).toMatchObject({ sample: false });
  expect(await settingsOf({ filter: 'itm', beams: '3' })).toMatchObject({ sample: false, numBeams: 3 });
  expect(await settingsOf({ filter: 'itm', sample: true, topP: '0.4' })).toMatchObject({ sample: true, topP: 0.4 });
});

it.each([
  ['out.csv', 'csv'],
  ['out.CSV', 'csv'],
  ['out.JsonL', 'jsonl'],
  ['out.JSONL', 'jsonl'],
  ['out.JSON', 'json'],
  ['out', 'json'],
  ['csv', 'json'],
])('the plan of a caption run takes the format from the name %s', (out, format) => {
  expect(outputTarget(undefined, out)).toEqual({ kind: 'file', format, file: out });
});

it('the plan of a caption run takes the format that is asked for, whatever the name', async () => {
  expect(outputTarget('coco', 'out.csv')).toMatchObject({ kind: 'file', format: 'coco' });
  expect(outputTarget('txt', 'out.csv')).toEqual({ kind: 'sidecars', format: 'txt', folder: 'out.csv' });
});
