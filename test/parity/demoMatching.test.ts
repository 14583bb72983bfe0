/**
 * @file The bundled matching model on the bundled photos, from the files, against the scores that the reference
 * implementation gave: decoding, orientation, resizing, tokenizing and judging together.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { loadMatcher } from '../../native-models/architectures/models.ts';
import { importCheckpoint } from '../../native-models/compiler/importCheckpoint.ts';
import { defaultSessionSettings } from '../../native-models/runtime/graphSession.ts';
import { ImageTextScorer } from '../../native-models/runtime/imageTextScorer.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const resources = path.join(import.meta.dirname, '../../resources');
/** JPEG decoders differ by a level here and there. */
const tolerance = 0.01;

const expectedSchema = z.object({
  scores: z.array(
    z.object({ file: z.string(), text: z.string(), holds: z.boolean(), itm: z.number(), itc: z.number() }),
  ),
});
const { scores } = expectedSchema.parse(
  JSON.parse(await readFile(path.join(resources, 'demo-photos/expected.json'), 'utf8')),
);

interface Scored {
  readonly expected: (typeof scores)[number];
  readonly itm: number;
  readonly itc: number;
}

let scored: readonly Scored[];

beforeAll(async () => {
  await using folder = await temporaryFolder();
  const source = path.join(resources, 'demo-model/matching');
  const manifest = await importCheckpoint({ source, modelsFolder: folder.path, id: 'demo' });
  const { model } = await loadMatcher(path.join(folder.path, 'demo'), defaultSessionSettings);
  await using _closed = model;
  const scorer = new ImageTextScorer(model, manifest);
  const results: Scored[] = [];
  for (const file of new Set(scores.map((score) => score.file))) {
    const statements = scores.filter((score) => score.file === file);
    const request = { image: path.join(resources, 'demo-photos', file), texts: statements.map(({ text }) => text) };
    const matches = await scorer.match(request, new AbortController().signal);
    for (const [i, expected] of statements.entries()) {
      results.push({ expected, itm: matches[i]?.itm ?? Number.NaN, itc: matches[i]?.itc ?? Number.NaN });
    }
  }
  scored = results;
});

it('the demo matching model gives all 210 statements the reference’s probability of a match', () => {
  expect(scored).toHaveLength(210);
  const different = scored.filter(({ expected, itm }) => !(Math.abs(itm - expected.itm) <= tolerance));
  expect(different).toEqual([]);
});

it('the demo matching model gives all statements the reference’s similarity', () => {
  const different = scored.filter(({ expected, itc }) => !(Math.abs(itc - expected.itc) <= tolerance));
  expect(different).toEqual([]);
});

it('the demo matching model decides as the reference does wherever that is clear', () => {
  const clear = scored.filter(({ expected }) => Math.abs(expected.itm - 0.5) > tolerance);
  expect(clear.length).toBeGreaterThan(200);
  expect(clear.filter(({ expected, itm }) => itm > 0.5 !== expected.itm > 0.5)).toEqual([]);
});

it('the demo matching model tells true statements from false ones', () => {
  const right = scored.filter(({ expected, itm }) => itm > 0.5 === expected.holds);
  expect(right.length).toBeGreaterThanOrEqual(207);
});
