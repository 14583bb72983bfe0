/** @file `vignette export`: what the library holds, given back. */
import { readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { CliDouble } from './cliDouble.ts';

async function captioned(): Promise<CliDouble> {
  const cli = await CliDouble.create();
  await cli.files('p/a.jpg', 'p/x/b.png');
  expect((await cli.run(['caption', 'p', '--out', 'captions.json'])).code).toBe(0);
  return cli;
}

describe('vignette export', () => {
  it('writes what vignette caption wrote, to a file or to stdout, and asks no model', async () => {
    const cli = await captioned();
    const result = await cli.run(['export', '--out', 'again.json']);
    expect(result).toMatchObject({ code: 0, asked: [], loads: [] });
    expect(result.err).toContain('2 photos written to');
    expect(await cli.read('again.json')).toBe(await cli.read('captions.json'));
    expect((await cli.run(['export'])).out).toBe(`${await cli.read('captions.json')}\n`);
  });

  it('takes only what the filter finds, and says where in a query the mistake is', async () => {
    const cli = await captioned();
    const { out } = await cli.run(['export', '--format', 'jsonl', '--filter', 'folder:p/x']);
    expect(out).toBe('{"file_name":"x/b.png","text":"a photo called b.png"}\n');
    const mistaken = await cli.run(['export', '--filter', 'taken:never']);
    expect(mistaken.code).toBe(2);
    expect(mistaken.err).toContain('taken:never');
  });

  it('keeps what somebody wrote: in a backup of a document, and in place in a sidecar', async () => {
    const cli = await captioned();
    await writeFile(cli.path('out.csv'), 'mine');
    await writeFile(cli.path('p', 'a.txt'), 'mine');
    expect((await cli.run(['export', '--out', 'out.csv', '--bom'])).code).toBe(0);
    expect(await cli.read('out.csv')).toMatch(/^\ufefffile_name,/);
    expect((await cli.run(['export', '--bom'])).code).toBe(2);
    expect((await cli.run(['export', '--out', 'out.csv'])).code).toBe(0);
    expect(await cli.read('out.csv')).toMatch(/^file_name,/);
    expect(await cli.read('out.csv.bak')).toBe('mine');
    const { out } = await cli.run(['export', '--format', 'txt', '--json']);
    expect(JSON.parse(out)).toEqual({ written: 1, kept: 1, failed: [] });
    expect(await readdir(cli.path('p', 'x'))).toEqual(['b.png', 'b.txt']);
    expect(await cli.read('p/a.txt')).toBe('mine');
  });

  it('works beside a process that owns the library', async () => {
    const cli = await captioned();
    await using _owner = Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'vignette serve' });
    expect((await cli.run(['export', '--out', 'beside.json'])).code).toBe(0);
    expect(await cli.read('beside.json')).toBe(await cli.read('captions.json'));
  });

  it.each([
    [['--format', 'bmp']],
    [['--no-captions']],
    [['--no-captions', '--tags', '--format', 'coco']],
    [['--no-captions', '--answers', '--format', 'txt']],
    [['--out', '']],
  ])('refuses %j as bad usage', async (args) => {
    const cli = await CliDouble.create();
    expect((await cli.run(['export', ...args])).code).toBe(2);
  });
});
