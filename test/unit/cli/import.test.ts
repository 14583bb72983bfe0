/** @file `vignette import`: what other programs wrote, taken into the library. */
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CliDouble } from './cliDouble.ts';

async function withPhotos(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/a.jpg', 'p/x/b.png');
  expect((await cli.run(['caption', 'p', '--out', 'captions.json'])).code).toBe(0);
  return cli;
}

describe('vignette import', () => {
  it('shows what it would do, does it, and says how to undo it', async () => {
    const cli = await withPhotos();
    await writeFile(cli.path('mine.json'), '{"a": ["a red boat"], "nobody": ["x"]}');
    const dry = await cli.run(['import', 'mine.json', '--dry-run']);
    expect(dry.err).toContain('Left out: nobody: no photo in the library has this name');
    expect(dry.err).toContain('Would import 1 caption for 1 photo.');
    expect((await cli.run(['export'])).out).toContain('a photo called a.jpg');

    const { code, err } = await cli.run(['import', 'mine.json']);
    expect(code).toBe(3);
    expect(err).toContain('Imported 1 caption');
    expect((await cli.run(['export'])).out).toContain('a red boat');
    const [, run = ''] = /vignette runs undo (\d+)/.exec(err) ?? [];
    expect((await cli.run(['runs', 'list'])).out).toContain('mine.json” (json)');
    expect((await cli.run(['runs', 'undo', run])).code).toBe(0);
    expect((await cli.run(['export'])).out).not.toContain('a red boat');
  });

  it('reads back every document that export writes, and finds nothing new in it', async () => {
    const cli = await withPhotos();
    for (const out of ['c.json', 'c.jsonl', 'c.csv', 'c.parquet']) {
      expect((await cli.run(['export', '--out', out])).code).toBe(0);
      const { out: summary } = await cli.run(['import', out, '--json']);
      expect(JSON.parse(summary), out).toEqual({
        run: null,
        photos: 0,
        captions: 0,
        altTexts: 0,
        longDescriptions: 0,
        tags: 0,
        answers: 0,
        marks: 0,
        approvals: 0,
        same: 2,
        conflicts: [],
        leftOut: [],
      });
    }
  });

  it('asks whether text files are tags or captions, with a suggestion', async () => {
    const cli = await withPhotos();
    await writeFile(cli.path('p', 'a.txt'), '1girl, solo');
    const asked = await cli.run(['import', 'p']);
    expect(asked.code).toBe(2);
    expect(asked.err).toContain('--as tags');
    expect((await cli.run(['import', 'p', '--as', 'tags'])).code).toBe(0);
    expect((await cli.run(['tags', 'list'])).out).toContain('1girl');
  });

  it('fails with a plain sentence for a file that is not there', async () => {
    const cli = await withPhotos();
    const { code, err } = await cli.run(['import', 'none.json']);
    expect(code).toBe(1);
    expect(err).toContain('none.json cannot be read: it does not exist.');
  });

  it.each([
    [['import']],
    [['import', 'a.json', '--format', 'docx']],
    [['import', 'a.json', '--as', 'poem']],
    [['import', 'a.json', '--on-conflict', 'guess']],
  ])('refuses %j as bad usage', async (args) => {
    const cli = await CliDouble.create();
    expect((await cli.run(args)).code).toBe(2);
  });
});
