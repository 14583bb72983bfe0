/** @file Dataset folders: what is in them, and that nothing half made ever looks finished. */
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { type DatasetRequest, exportDataset } from '../../../main/library/interchange/exportDataset.ts';
import type { ExportCourse } from '../../../main/library/interchange/exportDocument.ts';
import type { ExportFilter } from '../../../schemas/exports.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

const included = { ...captionsOnly, alternatives: true, tags: true, answers: true };
const everything: ExportFilter = { included, humanOnly: false, withoutDoubtful: false };
const allTrain = { train: 100, validation: 0, test: 0 };

describe('a dataset folder', () => {
  let test: TestCatalog;
  let photos: string;
  let out: string;
  const ids: number[] = [];

  beforeEach(async () => {
    test = await testCatalog();
    photos = path.join(test.folder, 'photos');
    out = path.join(test.folder, 'out', 'dataset');
    await mkdir(photos);
    await mkdir(path.dirname(out));
    test.catalog.connection.database.prepare('UPDATE root SET path = ?, path_key = ?').run(photos, photos);
    ids.length = 0;
    for (const name of ['a.jpg', 'b.jpg', 'copy of a.jpg', 'raw.nef', 'gone.jpg']) ids.push(test.addPhoto(name));
    for (const [name, content] of [
      ['a.jpg', 'picture a'],
      ['b.jpg', 'picture b'],
      ['copy of a.jpg', 'picture a'],
      ['raw.nef', 'raw'],
    ])
      await writeFile(path.join(photos, name ?? ''), content ?? '');
    for (const id of ids) test.catalog.captions.write(id, `caption ${id}`);
    test.catalog.runs.within({ kind: 'edit', description: { kind: 'addTag', tag: 'sea', more: 0 } }, (runId) => {
      test.catalog.tags.add(ids[0] ?? 0, runId, { path: 'places/Coast, old', source: 'human' });
    });
    test.catalog.answers.write(ids[1] ?? 0, 'What is it?', 'b');
  });
  afterEach(() => test[Symbol.asyncDispose]());

  const write = (request: Partial<DatasetRequest> = {}, course: ExportCourse = {}) =>
    exportDataset(
      test.catalog.reader,
      {
        photoIds: ids,
        filter: everything,
        folder: out,
        metadata: 'jsonl',
        picturesBy: 'copy',
        shares: allTrain,
        ...request,
      },
      course,
    );
  const linesOf = async (split: string) =>
    (await readFile(path.join(out, split, 'metadata.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const beside = () => readdir(path.dirname(out));

  it('has the pictures and a line for each, and says which could not go in', async () => {
    const { photos: counts, failures } = await write();
    expect(counts).toEqual({ train: 3, validation: 0, test: 0 });
    expect(failures.map(({ file, code }) => [file, code])).toEqual(
      expect.arrayContaining([
        ['gone.jpg', 'PATH_UNREADABLE'],
        ['raw.nef', 'PICTURE_NOT_FOR_DATASETS'],
      ]),
    );
    expect(await readdir(out)).toEqual(['train']);
    expect((await readdir(path.join(out, 'train'))).toSorted()).toEqual([
      'a.jpg',
      'b.jpg',
      'copy of a.jpg',
      'metadata.jsonl',
    ]);
    expect(await readFile(path.join(out, 'train', 'b.jpg'), 'utf8')).toBe('picture b');
    expect(await linesOf('train')).toEqual([
      {
        file_name: 'a.jpg',
        text: `caption ${ids[0]}`,
        texts: [`caption ${ids[0]}`],
        tags: ['places/Coast, old'],
        answers: [],
      },
      {
        file_name: 'b.jpg',
        text: `caption ${ids[1]}`,
        texts: [`caption ${ids[1]}`],
        tags: [],
        answers: [{ question: 'What is it?', text: 'b' }],
      },
      { file_name: 'copy of a.jpg', text: `caption ${ids[2]}`, texts: [`caption ${ids[2]}`], tags: [], answers: [] },
    ]);
    expect(await beside()).toEqual(['dataset']);
  });

  it('puts equal pictures into one split, whatever they are called', async () => {
    // Of the two contents, one is below and one above the middle.
    const { photos: counts } = await write({ shares: { train: 50, validation: 0, test: 50 } });
    expect(counts.train + counts.test).toBe(3);
    const splits = await Promise.all((await readdir(out)).map(async (split) => await readdir(path.join(out, split))));
    const withA = splits.filter((names) => names.includes('a.jpg'));
    expect(withA).toHaveLength(1);
    expect(withA[0]).toContain('copy of a.jpg');
  });

  it('has its texts as Parquet in columns of fixed types', async () => {
    await write({ metadata: 'parquet' });
    const file = new Uint8Array(await readFile(path.join(out, 'train', 'metadata.parquet'))).buffer;
    const rows = await parquetReadObjects({ file });
    expect(rows.map(({ file_name, tags }) => [file_name, tags])).toEqual([
      ['a.jpg', ['places/Coast, old']],
      ['b.jpg', []],
      ['copy of a.jpg', []],
    ]);
    expect(rows[1]?.answers).toEqual([{ question: 'What is it?', text: 'b' }]);
  });

  it.skipIf(process.platform === 'win32').each(['hardlink', 'symlink'] as const)(
    'links to the photos themselves by %s',
    async (picturesBy) => {
      await symlink('a.jpg', path.join(photos, 'link.jpg'));
      const linked = test.addPhoto('link.jpg');
      test.catalog.captions.write(linked, 'through a link');
      await write({ photoIds: [linked], picturesBy });
      const picture = path.join(out, 'train', 'link.jpg');
      if (picturesBy === 'symlink') expect(await readlink(picture)).toBe(path.join(photos, 'a.jpg'));
      else expect((await lstat(picture)).ino).toBe((await stat(path.join(photos, 'a.jpg'))).ino);
    },
  );

  it.skipIf(process.platform === 'win32')('does not wait for a pipe in the place of a photo', async () => {
    execFileSync('mkfifo', [path.join(photos, 'pipe.jpg')]);
    const pipe = test.addPhoto('pipe.jpg');
    test.catalog.captions.write(pipe, 'a pipe');
    for (const picturesBy of ['copy', 'symlink'] as const) {
      expect(await write({ photoIds: [pipe], picturesBy })).toMatchObject({
        failures: [{ file: 'pipe.jpg', code: 'PATH_UNREADABLE' }],
      });
    }
    expect(await beside()).toEqual([]);
  });

  it('takes the place of an empty folder, and of nothing else', async () => {
    await mkdir(out);
    await write();
    expect(await readdir(out)).toEqual(['train']);
    await expect(write()).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining('not empty'),
    });
    expect(await linesOf('train')).toHaveLength(3);
    expect(await beside()).toEqual(['dataset']);
  });

  it('does not take the place of a link', async () => {
    const elsewhere = path.join(test.folder, 'elsewhere');
    await mkdir(elsewhere);
    await symlink(elsewhere, out);
    await expect(write()).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining('a link'),
    });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('is not there when it was stopped, nor is anything beside it', async () => {
    const stop = new AbortController();
    const course = { signal: stop.signal, onProgress: (done: number) => (done === 1 ? stop.abort() : undefined) };
    await expect(write({}, course)).rejects.toThrow(/abort/i);
    expect(await beside()).toEqual([]);
  });

  it.skipIf(!canMakeSmallDisks)(
    'is refused before anything is written where the disk has no room (needs root on Linux)',
    async () => {
      await using disk = await makeSmallDisk(1);
      test.catalog.connection.database.exec('UPDATE photo SET size_bytes = 2000000');
      const folder = path.join(disk.path, 'dataset');
      await expect(write({ folder })).rejects.toMatchObject({ code: 'DISK_FULL', details: { folder: disk.path } });
      expect(await readdir(disk.path)).toEqual([]);
      expect((await write({ folder, picturesBy: 'symlink' })).photos.train).toBe(3);
    },
  );
});
