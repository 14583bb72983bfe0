/** @file The two sides of `npm run bench captions`: our model in its host, and a reference that another program computes. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { ourSide } from '../../../bench/captions/ours.ts';
import { rivalSide } from '../../../bench/captions/rival.ts';
import type { Question } from '../../../bench/captions/side.ts';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { demoCheckpoint, resources } from '../../support/demoAnswerer.ts';
import { readDemoPhotos } from '../../support/demoAnswers.ts';
import { it } from '../../support/fixtures.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const question: Question = { prompt: 'a photo of', batch: 2, beams: 1, tokens: 5 };

describe('our side', () => {
  it.each([1, 2])('answers about every photo, %i at once, then once more about the last', async (batch) => {
    await using models = await temporaryFolder();
    const { sizeBytes } = await importCheckpoint({ source: demoCheckpoint, modelsFolder: models.path, id: 'demo' });
    const side = ourSide('fp32', { folder: path.join(models.path, 'demo'), sizeBytes }, 'cpu');
    await using opened = await side.open({ ...question, batch });
    expect(opened.about).toMatchObject({ precision: 'fp32', device: 'cpu' });
    const photos = (await readDemoPhotos()).slice(0, 5).map(({ file }) => path.join(resources, 'demo-photos', file));
    const { runs, againMs, ...round } = await opened.answer(photos);
    expect(round).toEqual({ photos: 5, wallMs: expect.any(Number) });
    expect(runs).toHaveLength(5);
    for (const run of runs) for (const ms of Object.values(run)) expect(ms).toBeGreaterThan(0);
    expect(againMs).toBeGreaterThan(0);
  });
});

describe('the rival', () => {
  /** Stands in for Python: writes down what it is asked, one line a batch, and says that it wrote `tokens` tokens. */
  async function interpreter(folder: string, tokens: number): Promise<string> {
    const file = path.join(folder, 'python');
    const script = `#!${process.execPath}
const fs = require('node:fs');
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
fs.writeFileSync(${JSON.stringify(path.join(folder, 'arguments'))}, process.argv.slice(3).join());
say({ loadMs: 7, torch: '2', transformers: '5' });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  fs.appendFileSync(${JSON.stringify(path.join(folder, 'asked'))}, line + '\\n');
  if (line.includes('ends')) process.exit(1);
  say({ tokens: ${tokens}, visionMs: 1, prefillMs: 2, msPerToken: 3, answerMs: 4, residentBytes: 5 });
});
`;
    await writeFile(file, script);
    await chmod(file, 0o755);
    return file;
  }

  it('is asked a batch at a time, about some of the photos', async ({ folder }) => {
    const side = rivalSide(await interpreter(folder.path, 5), '/checkpoint', 'bf16', 1);
    await using opened = await side.open(question);
    expect(opened.about).toMatchObject({ loadMs: 7, versions: 'PyTorch 2, transformers 5' });
    const { runs, photos } = await opened.answer(['a', 'b', 'c', 'd', 'e']);
    expect([runs.length, photos, opened.residentBytes()]).toEqual([2, 3, 5]);
    const read = async (name: string) => await readFile(path.join(folder.path, name), 'utf8');
    expect(await read('arguments')).toBe('/checkpoint,bf16');
    const asked = (await read('asked')).trim().split('\n');
    expect(asked.map((line) => JSON.parse(line))).toEqual([
      { images: ['a', 'b'], prompt: 'a photo of', beams: 1, tokens: 5 },
      { images: ['c'], prompt: 'a photo of', beams: 1, tokens: 5 },
    ]);
  });

  it('must write as many tokens as we do', async ({ folder }) => {
    await using opened = await rivalSide(await interpreter(folder.path, 4), '/checkpoint', 'fp32', 1).open(question);
    await expect(opened.answer(['a'])).rejects.toThrow('the rival wrote 4 tokens');
  });

  it('is missed when it ends', async ({ folder }) => {
    await using opened = await rivalSide(await interpreter(folder.path, 5), '/checkpoint', 'fp32', 1).open(question);
    await expect(opened.answer(['ends'])).rejects.toThrow('ended without an answer');
  });
});
