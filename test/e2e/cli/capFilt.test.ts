/** @file The real command with both bundled models: scoring, and several captions of which the best is kept. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { assertBuilt, demoCheckpoint, demoPhotos, emptyFolder, vignette } from './vignetteProcess.ts';

const photosSchema = z.array(
  z.object({ file: z.string(), caption: z.string(), matching: z.array(z.string()), notMatching: z.array(z.string()) }),
);
const documentSchema = z.object({
  photos: z.array(
    z.object({
      file: z.string(),
      captions: z.array(
        z.object({
          text: z.string(),
          itm: z.number().nullable(),
          doubtful: z.boolean().nullable(),
          candidates: z.array(z.object({ text: z.string(), itm: z.number() })),
        }),
      ),
    }),
  ),
});

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
const photos = photosSchema.parse(await readJson(path.join(demoPhotos, 'photos.json')));
const truth = new Map(photos.map(({ file, caption }) => [file, caption]));

beforeAll(assertBuilt);

async function caption(folder: string, flags: readonly string[], of = demoPhotos) {
  const { code, out, err } = await vignette(folder, ['caption', of, '--format', 'json-full', ...flags]);
  expect(code, err).toBe(0);
  const { photos: captioned } = documentSchema.parse(JSON.parse(out));
  return captioned.map(({ file, captions: [first] }) => ({ file, ...first }));
}

describe('vignette score', () => {
  it('tells a true text from a false one', async () => {
    const folder = await emptyFolder();
    const image = path.join(demoPhotos, 'Coast/IMG_1000.jpg');
    const score = async (text: string) => JSON.parse((await vignette(folder, ['score', image, text, '--json'])).out);
    const right = await score('three white boats on the blue sea with a blue balloon in the sky at sunset');
    expect(right).toMatchObject({ image, model: 'demo-matching' });
    expect(right.itm).toBeGreaterThan(0.95);
    const wrong = await score('two red cars on a grey street at night');
    expect(wrong.itm).toBeLessThan(0.05);
    expect(wrong.itc).toBeLessThan(right.itc);
  });

  it('refuses a model that only writes, and an empty text', async () => {
    const folder = await emptyFolder();
    const image = path.join(demoPhotos, 'Coast/IMG_1000.jpg');
    const refused = await vignette(folder, ['score', image, 'boats', '--model', 'demo']);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('cannot score text') });
    expect((await vignette(folder, ['score', image, ' '])).code).toBe(2);
  });
});

describe('vignette caption --candidates', { timeout: 180_000 }, () => {
  it('keeps the right caption clearly more often than a single sample is right, with every candidate’s score, best first', async () => {
    const folder = await emptyFolder();
    let kept = 0;
    let single = 0;
    for (const seed of ['0', '1']) {
      const sampling = ['--temperature', '1.5', '--top-p', '1', '--seed', seed];
      const isRight = ({ file, text }: { file: string; text?: string | undefined }) => text === truth.get(file);
      const best = await caption(folder, ['--candidates', '5', '--filter', 'demo-matching', ...sampling]);
      for (const { text, itm, candidates = [] } of best) {
        expect(candidates[0]).toEqual({ text, itm });
        expect(candidates.map((candidate) => candidate.itm)).toEqual(
          candidates.map((candidate) => candidate.itm).toSorted((a, b) => b - a),
        );
      }
      expect(best.some(({ candidates = [] }) => candidates.length > 1)).toBe(true);
      kept += best.filter(isRight).length;
      single += (await caption(folder, ['--sample', ...sampling])).filter(isRight).length;
    }
    expect(kept).toBeGreaterThanOrEqual(52); // of 60; the reference keeps 27 of 30
    expect(kept).toBeGreaterThanOrEqual(single + 4);
  });

  it('gives the same result again, with the filter that fits where none is named', async () => {
    const folder = await emptyFolder();
    const flags = ['--candidates', '4', '--temperature', '1.8', '--top-p', '1', '--seed', '7'];
    const coast = path.join(demoPhotos, 'Coast');
    const first = await caption(folder, flags, coast);
    expect(first).toHaveLength(6);
    expect(first.some(({ candidates = [] }) => candidates.length > 1)).toBe(true);
    expect(await caption(folder, flags, coast)).toEqual(first);
    expect(await caption(folder, [...flags, '--again'], coast)).toEqual(first);
  });

  it('needs the filter named when the captions come from a model of one’s own', async () => {
    const folder = await emptyFolder();
    expect((await vignette(folder, ['models', 'import', demoCheckpoint, '--id', 'mine'])).code).toBe(0);
    const refused = await vignette(folder, ['caption', demoPhotos, '--candidates', '3']);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--filter') });
  });
});

describe('vignette models calibrate', () => {
  it('finds a threshold that parts true from false, keeps it, and doubts by it', async () => {
    const folder = await emptyFolder();
    const matching = path.join(demoCheckpoint, '../matching');
    expect((await vignette(folder, ['models', 'import', matching, '--id', 'scorer'])).code).toBe(0);
    const pairs = photos
      .slice(0, 6)
      .flatMap(({ file, matching: right, notMatching: wrong }) => [
        ...right.map((text) => ({ image: path.join(demoPhotos, file), text, holds: true })),
        ...wrong.map((text) => ({ image: path.join(demoPhotos, file), text, holds: false })),
      ]);
    await writeFile(path.join(folder, 'pairs.jsonl'), pairs.map((pair) => JSON.stringify(pair)).join('\n'));
    const { code, out, err } = await vignette(folder, ['models', 'calibrate', 'scorer', 'pairs.jsonl', '--json']);
    expect(code, err).toBe(0);
    const calibration = JSON.parse(out);
    expect(calibration).toMatchObject({ id: 'scorer', pairs: pairs.length });
    expect(calibration.precision).toBeGreaterThan(0.9);
    expect(calibration.recall).toBeGreaterThan(0.9);
    const model = await readJson(path.join(folder, 'library/models/scorer/model.json'));
    expect(model).toMatchObject({ calibration: { doubtfulBelow: calibration.doubtfulBelow } });
  });
});
