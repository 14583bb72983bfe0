/**
 * @file Where the bundled model takes words from: the numbers that the reference implementation gives for every patch of a
 * scene (test/fixtures/explained/make.py), and boxes around the things that the words are about.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Explanation } from '../../native-models/explanation/explanation.ts';
import { type DemoAnswerer, demoTimeoutMs, openDemoAnswerer } from '../support/demoAnswerer.ts';

const folder = path.join(import.meta.dirname, '../fixtures/explained');
const likelihoods = z.array(z.number());
const referenceSchema = z.object({
  prompt: z.string(),
  text: z.string(),
  withAll: likelihoods,
  withNothing: likelihoods,
  /** Of each token, of each patch. */
  withPatch: z.array(likelihoods),
});
const truthSchema = z.array(
  z.object({
    file: z.string(),
    caption: z.string(),
    groups: z.array(
      z.object({ word: z.string(), boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])) }),
    ),
  }),
);
const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(folder, name), 'utf8'));

const signal = new AbortController().signal;
let demo: DemoAnswerer;
beforeAll(async () => {
  demo = await openDemoAnswerer();
}, demoTimeoutMs);
afterAll(() => demo[Symbol.asyncDispose]());

const explain = (file: string, text: string): Promise<Explanation> =>
  demo.answerer.explain({ image: path.join(folder, file), prompt: 'a photo of', kind: 'text', text }, signal);

describe('the explanation of a caption', () => {
  it('has the gain and the heat of each word that the reference gives', async () => {
    const reference = referenceSchema.parse(await read('reference.json'));
    const { text, words, grid } = await explain('0.png', reference.text);
    expect(text).toBe(reference.text);
    expect(grid).toBe(8);
    const names = words.map(({ start, end }) => text.slice(start, end));
    expect(names.join(' ')).toBe(text);
    // the tokens of `tent`: a single one
    const token = 10;
    const tent = words[names.indexOf('tent')];
    const none = reference.withNothing[token] ?? Number.NaN;
    expect(tent?.gain).toBeCloseTo((reference.withAll[token] ?? Number.NaN) - none, 2);
    const gains = (reference.withPatch[token] ?? []).map((value) => Math.max(0, value - none));
    const largest = Math.max(...gains);
    expect(tent?.heat.length).toBe(64);
    for (const [cell, gain] of gains.entries()) expect(tent?.heat[cell]).toBeCloseTo(gain / largest, 2);
  });

  it('finds the thing that a word names, and no other', async () => {
    let [found, asked] = [0, 0];
    for (const { file, caption, groups } of truthSchema.parse(await read('truth.json'))) {
      const { text, words } = await explain(file, caption);
      for (const { word, boxes } of groups) {
        const explained = words.find(({ start, end }) => text.slice(start, end) === word);
        const [region] = explained?.regions ?? [];
        asked += 1;
        if (region === undefined) continue;
        const middle = { x: region.left + region.width / 2, y: region.top + region.height / 2 };
        const [left, right] = [Math.min(...boxes.map((box) => box[0])), Math.max(...boxes.map((box) => box[2]))];
        const [top, bottom] = [Math.min(...boxes.map((box) => box[1])), Math.max(...boxes.map((box) => box[3]))];
        if (left < middle.x && middle.x < right && top < middle.y && middle.y < bottom) found += 1;
      }
    }
    expect(asked).toBe(10);
    expect(found).toBeGreaterThanOrEqual(8);
  });

  it('says of words that follow from others that they do not come from the picture', async () => {
    const { text, words } = await explain('4.png', 'a yellow tent in a sandy desert during the day');
    const last = words.at(-2);
    expect(text.slice(last?.start, last?.end)).toBe('the');
    expect(last).toMatchObject({ heat: [], regions: [] });
  });

  it('stops between two steps', async () => {
    const stopped = new AbortController();
    const request = { image: path.join(folder, '1.png'), prompt: 'a photo of', text: 'a blue tent' };
    const explaining = demo.answerer.explain(request, stopped.signal);
    stopped.abort(new Error('enough'));
    await expect(explaining).rejects.toThrow('enough');
  });
});
