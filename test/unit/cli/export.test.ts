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

  it('has alt texts when asked for them, where the format has a place, and says so where it has none', async () => {
    const cli = await captioned();
    {
      await using catalog = Catalog.open(cli.libraryFolder, { startReader: startReaderThread, owner: 'test' });
      const [id = 0] = catalog.connection.prepare<[], number>('SELECT id FROM photo ORDER BY name').pluck().all();
      catalog.captions.write(id, 'A seal, asleep', { kind: 'altText' });
    }
    const { out } = await cli.run(['export', '--format', 'csv', '--alt-text', '--long-description']);
    expect(out).toContain(',alt_text,long_description\r\na.jpg,');
    expect(out).toContain(',"A seal, asleep",\r\n');
    expect((await cli.run(['export', '--format', 'csv'])).out).not.toContain('seal');
    const alone = await cli.run(['export', '--format', 'jsonl', '--no-captions', '--alt-text']);
    expect(alone.out).toBe('{"file_name":"a.jpg","text":null,"alt_text":"A seal, asleep"}\n');
    const beside = await cli.run(['export', '--format', 'xmp', '--no-captions', '--alt-text', '--json']);
    expect(JSON.parse(beside.out)).toEqual({ written: 1, kept: 0, failed: [] });
    expect(await cli.read('p/a.jpg.xmp')).toContain('>A seal, asleep<');
    // Only the photo that has one; its file is no picture.
    const inside = await cli.run(['export', '--format', 'embed', '--no-captions', '--alt-text', '--json']);
    expect(JSON.parse(inside.out)).toMatchObject({ written: 0, kept: 0, failed: [{ file: 'a.jpg' }] });
    const refused = await cli.run(['export', '--format', 'coco', '--alt-text']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--alt-text');
  });

  it('has columns of ratings, flags and labels when asked for them, in tables only', async () => {
    const cli = await captioned();
    const { out } = await cli.run(['export', '--format', 'csv', '--marks']);
    expect(out).toMatch(/,rating,flag,label\r\na\.jpg,.*,,,\r\n/);
    const alone = await cli.run(['export', '--format', 'jsonl', '--no-captions', '--marks']);
    expect([alone.code, alone.out]).toEqual([0, '']);
    const refused = await cli.run(['export', '--format', 'xmp', '--marks']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--marks');
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

  it('shows the first photos and writes nothing where a preview is asked for', async () => {
    const cli = await captioned();
    const before = await readdir(cli.folder);
    const { out, code } = await cli.run(['export', '--out', 'new.jsonl', '--preview', '1']);
    expect({ out, code }).toEqual({ out: '{"file_name":"p/a.jpg","text":"a photo called a.jpg"}\n', code: 0 });
    const sidecars = await cli.run(['export', '--format', 'txt', '--template', '{file}: {caption}', '--preview', '5']);
    expect(sidecars.out).toBe(
      `${cli.path('p', 'a.txt')}\na: a photo called a.jpg\n\n${cli.path('p', 'x', 'b.txt')}\nb: a photo called b.png\n`,
    );
    expect(await readdir(cli.folder)).toEqual(before);
  });

  it('writes a dataset folder with the splits that were asked for', async () => {
    const cli = await captioned();
    const dataset = ['export', '--dataset', 'set', '--split', 'train=0,test=100', '--format', 'parquet'];
    const result = await cli.run(dataset);
    expect(result).toMatchObject({ code: 0, err: expect.stringContaining('(test 2)') });
    expect((await readdir(cli.path('set', 'test'))).toSorted()).toEqual(['a.jpg', 'b.png', 'metadata.parquet']);
    const again = await cli.run(dataset);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('not empty') });
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
    [['--format', 'parquet']],
    [['--split', 'train=100']],
    [['--dataset', 'd', '--split', 'train=50,test=40']],
    [['--dataset', 'd', '--split', 'train=50,train=50']],
    [['--dataset', 'd', '--format', 'csv']],
    [['--dataset', 'd', '--out', 'x']],
    [['--dataset', 'd', '--pictures', 'move']],
    [['--template', '{caption}']],
    [['--question', 'never asked?']],
    [['--preview', '0']],
    [['--no-captions', '--tags', '--format', 'coco']],
    [['--no-captions', '--answers', '--format', 'txt']],
    [['--out', '']],
  ])('refuses %j as bad usage', async (args) => {
    const cli = await CliDouble.create();
    expect((await cli.run(['export', ...args])).code).toBe(2);
  });
});
