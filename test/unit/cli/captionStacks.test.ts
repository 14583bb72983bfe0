/** @file `vignette caption --stacks`: once for each stack, and what says of which photo a text is. */
import { mkdir, writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { ListedModel } from '../../../main/library/models/installedModels.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import type { MatchRequest } from '../../../native-models/runtime/protocol.ts';
import { fullJsonSchema } from '../../../schemas/fullJson.ts';
import { CliDouble, modelCalled } from './cliDouble.ts';

function matcher(id: string): ListedModel {
  const { facts, ...model } = modelCalled(id);
  if (facts === undefined) throw new Error('the model has facts');
  return { ...model, facts: { ...facts, kind: 'matcher', doubtfulBelow: 0.5 } };
}

/** `a` and `c` with a copy each; `b` alone. */
async function withStacks(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await mkdir(cli.path('p'));
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const picture = await shapes(index + 1)
      .jpeg()
      .toBuffer();
    await writeFile(cli.path('p', `${name}.jpg`), picture);
    if (name !== 'b') await writeFile(cli.path('p', `${name}_2.jpg`), await sharp(picture).png().jpeg().toBuffer());
  }
  return cli;
}

/** Pictures that have nothing in common: four by four grey squares each. */
function shapes(seed: number): Sharp {
  const greys = Array.from({ length: 16 }, (_, index) => (index * index * 37 + seed * 101 * (index + seed)) % 256);
  return sharp(Uint8Array.from(greys), { raw: { width: 4, height: 4, channels: 1 } }).resize(64, 64, {
    kernel: 'nearest',
  });
}

describe('vignette caption --stacks', () => {
  const models = [modelCalled('tiny'), matcher('strict')];
  const command = ['caption', 'p', '--stacks'];
  const believing = (name: string) => ({
    models,
    match: ({ image, texts }: MatchRequest) =>
      texts.map((text) => ({ text, itm: image.endsWith(name) && text.endsWith('.jpg') ? 0.1 : 0.9, itc: 0 })),
  });

  it('asks about one photo of each stack and gives its text to the others that it holds for, and says so', async () => {
    const cli = await withStacks();
    const first = await cli.run([...command, '--json'], believing('c_2.jpg'));
    expect(first.asked).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'c_2.jpg']);
    const lines = first.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ path, caption, copiedFrom }) => [path, caption, copiedFrom])).toEqual([
      ['p/a.jpg', 'a photo called a.jpg', undefined],
      ['p/a_2.jpg', 'a photo called a.jpg', 'p/a.jpg'],
      ['p/b.jpg', 'a photo called b.jpg', undefined],
      ['p/c.jpg', 'a photo called c.jpg', undefined],
      ['p/c_2.jpg', 'a photo called c_2.jpg', undefined],
    ]);
    const full = await cli.run([...command, '--format', 'json-full'], believing('c_2.jpg'));
    expect(full.asked).toEqual([]);
    const [, copy] = fullJsonSchema.parse(JSON.parse(full.out)).photos;
    expect(copy).toMatchObject({ file: 'a_2.jpg', captions: [{ source: 'model', copiedFrom: { file: 'a.jpg' } }] });
    const [found, ...others] = JSON.parse((await cli.run(['search', 'stack:any', 'name:a_2.jpg', '--json'])).out);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      copiedFrom: cli.path('p', 'a.jpg'),
      stack: { photos: [expect.any(Number), found.id] },
    });
    expect(found.stack.top).toBe(found.stack.photos[0]);
    const [alone] = JSON.parse((await cli.run(['search', 'name:b.jpg', '--json'])).out);
    expect(alone).toMatchObject({ stack: null });
    expect(alone).not.toHaveProperty('copiedFrom');
  });

  it('counts what was copied, and keeps what a person wrote', async () => {
    const cli = await withStacks();
    await cli.run(['library', 'add', 'p']);
    await cli.run(['library', 'scan']);
    const [{ id }] = JSON.parse((await cli.run(['search', 'name:a_2.jpg', '--json'])).out);
    await using owner = Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'test' });
    owner.captions.write(id, 'mine');
    await owner[Symbol.asyncDispose]();
    const { code, asked, err } = await cli.run([...command, '--out', 'c.json'], believing('nothing'));
    expect({ code, asked }).toEqual({ code: 0, asked: ['a.jpg', 'b.jpg', 'c.jpg'] });
    expect(err).toContain('4 photos captioned, 1 of them from another photo of their stack, 1 kept');
    const summary = await cli.run([...command, '--out', 'c.json', '--again', '--json'], believing('nothing'));
    expect(JSON.parse(summary.out)).toMatchObject({ captioned: 4, copied: 1, kept: 1 });
  });

  it('tries the top photos only, and writes other kinds of texts', async () => {
    const cli = await withStacks();
    const tried = await cli.run([...command, '--try', '--write', 'alt-text'], believing('nothing'));
    expect(new Set(tried.asked)).toEqual(new Set(['a.jpg', 'b.jpg', 'c.jpg']));
    const rest = await cli.run([...command, '--write', 'alt-text', '--json'], believing('nothing'));
    expect(rest.asked).toEqual([]);
    expect(
      rest.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toContainEqual(
      expect.objectContaining({ path: 'p/c_2.jpg', altText: 'a photo called c.jpg', copiedFrom: 'p/c.jpg' }),
    );
  });

  it('asks which model checks where there are several', async () => {
    const cli = await CliDouble.create();
    await cli.files('p/a.jpg');
    const several = await cli.run([...command], { models: [...models, matcher('mild')] });
    expect(several).toMatchObject({ code: 2, loads: [] });
    expect(several.err).toContain('Choose the matching model with --filter.');
  });
});
