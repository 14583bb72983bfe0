/** @file The real command over a library: folders, captions, search, undo; and what happens where it cannot be written. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import type { FullPhoto } from '../../../schemas/fullJson.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { assertBuilt, demoPhotos, emptyFolder, libraryOf, vignette } from './vignetteProcess.ts';

const run = promisify(execFile);

/** Many processes one after the other. */
const timeoutMs = 180_000;

/** With their own times: files that look as if they were being written are waited for. */
const copyAsOld = { recursive: true, preserveTimestamps: true };

beforeAll(assertBuilt);

async function folderWithPhotos(): Promise<string> {
  const folder = await emptyFolder();
  await cp(path.join(demoPhotos, 'Coast'), path.join(folder, 'Coast'), copyAsOld);
  return folder;
}

async function done(folder: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await vignette(folder, args);
  expect(code, `${args.join(' ')}: ${err}`).toBe(0);
  return out;
}

const json = async (folder: string, ...args: string[]) => JSON.parse(await done(folder, ...args, '--json'));

describe('the library of the real command, filled and captioned', { timeout: timeoutMs }, () => {
  let temporary: Awaited<ReturnType<typeof temporaryFolder>>;
  /** One for all: each test leaves the captions as it found them. */
  let folder: string;
  let photos: number;

  beforeAll(async () => {
    temporary = await temporaryFolder();
    folder = temporary.path;
    await cp(path.join(demoPhotos, 'Coast'), path.join(folder, 'Coast'), copyAsOld);
    photos = (await readdir(path.join(folder, 'Coast'))).length;
    await done(folder, 'library', 'add', 'Coast');
    expect(await json(folder, 'library', 'scan')).toMatchObject({ found: photos, read: photos, problems: [] });
    await done(folder, 'caption', 'Coast', '--out', 'captions.json');
  });
  afterAll(() => temporary[Symbol.asyncDispose]());

  it('is captioned once, searched, and its captions undone and done again', async () => {
    const second = await vignette(folder, ['caption', 'Coast', '--out', 'captions.json']);
    expect(second.err).toContain(`0 photos captioned, ${photos} already done.`);
    expect(second.err).not.toContain('Loading the model');
    const found = await json(folder, 'search', 'balloon', 'width:>100');
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(photos);
    for (const { caption, path: file } of found) {
      expect(caption).toMatch(/balloon/);
      expect(file).toContain(path.join(folder, 'Coast'));
    }
    await done(folder, 'runs', 'undo', '1');
    expect(await json(folder, 'library', 'status')).toMatchObject({ photos, captioned: 0 });
    await done(folder, 'runs', 'undo', '2');
    expect(await json(folder, 'library', 'status')).toMatchObject({ captioned: photos, bySource: { model: photos } });
    expect(await json(folder, 'library', 'check')).toEqual({ ok: true, problems: [] });
  });

  it('is shown in Chinese to whoever reads Chinese, and to scripts as ever', async () => {
    const zh = async (...args: string[]) => await vignette(folder, args, 'zh_CN.UTF-8');
    expect((await zh('caption', 'Coast', '--out', 'captions.json')).err).toContain(
      `已为 0 张照片生成说明，${photos} 张此前已完成。`,
    );
    expect((await zh('library', 'status')).out).toMatch(new RegExp(`^有说明 +${photos}：人工撰写 0，`, 'm'));
    expect((await zh('library', 'scan', '--help')).out).toMatch(/^用法： vignette library scan /);
    expect((await zh('search', 'balloon', '--words')).out).toBe(await done(folder, 'search', 'balloon', '--words'));
    const mistake = await zh('captoin', 'Coast');
    expect(mistake).toMatchObject({ code: 2, out: '', err: '错误：未知命令“captoin”\n（是否想写 caption？）\n' });
  });

  it('gives back what it holds, as a document on stdout or in a file, and as sidecars', async () => {
    const captioned = JSON.parse(await readFile(path.join(folder, 'captions.json'), 'utf8'));
    expect(Object.keys(captioned).length).toBe(photos);
    expect(JSON.parse(await done(folder, 'export'))).toEqual(captioned);
    expect(await json(folder, 'export', '--filter', 'balloon', '--format', 'csv', '--out', 'some.csv')).toMatchObject({
      out: path.join(folder, 'some.csv'),
      backup: null,
    });
    const lines = (await readFile(path.join(folder, 'some.csv'), 'utf8')).trim().split(/\r?\n/);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.slice(1).every((line) => line.includes('balloon'))).toBe(true);
    // A text that a person put there stays as it is.
    await writeFile(path.join(folder, 'Coast', 'IMG_1000.txt'), 'mine');
    const sidecars = await json(folder, 'export', '--format', 'txt');
    expect(sidecars).toEqual({ written: photos - 1, kept: 1, failed: [] });
    expect(await readFile(path.join(folder, 'Coast', 'IMG_1000.txt'), 'utf8')).toBe('mine');
    expect(await readFile(path.join(folder, 'Coast', 'IMG_1005.txt'), 'utf8')).toContain('boat');
    // Only where it is asked for, the photos themselves, which stay the photos that they are.
    const original = path.join(folder, 'Coast', 'IMG_1005.jpg');
    const embed = ['export', '--format', 'embed', '--filter', 'name:IMG_1005'];
    expect(await json(folder, ...embed)).toEqual({ written: 1, kept: 0, failed: [] });
    expect(await readFile(original, 'latin1')).toContain('Vignette (demo)');
    expect(await json(folder, 'library', 'scan')).toMatchObject({ changed: 0 });
    expect(await json(folder, ...embed, '--restore')).toEqual({ written: 1, kept: 0, failed: [] });
    expect(await readFile(original, 'latin1')).not.toContain('Vignette (demo)');
    expect(await vignette(folder, ['export', '--format', 'embed', '--out', 'x'])).toMatchObject({ code: 2 });
    const wrong = await vignette(folder, ['export', '--filter', 'width:tall']);
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('width:tall');
  });

  it('is one process’s to work with, and everybody’s to look at', async () => {
    await using owner = Catalog.open(libraryOf(folder), { startReader: startReaderThread, owner: 'vignette serve' });
    const refused = await vignette(folder, ['caption', 'Coast']);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/is in use by another Vignette \(vignette serve, process \d+\)/);
    const { captioned } = await json(folder, 'library', 'status');
    expect(captioned).toBe(owner.photos.counts()[0]?.photos);
  });
});

describe('a library of the real command', { timeout: timeoutMs }, () => {
  it('finds photos by what they show, once a matching model has looked at them', async () => {
    const folder = await folderWithPhotos();
    await cp(path.join(demoPhotos, 'Town'), path.join(folder, 'Town'), copyAsOld);
    await done(folder, 'library', 'add', 'Coast', 'Town');
    await done(folder, 'library', 'scan');
    expect(await json(folder, 'search', 'a', 'boat', 'on', 'the', 'sea')).toEqual([]);
    const { photos } = await json(folder, 'library', 'status');
    expect(await json(folder, 'library', 'embed')).toMatchObject({ photos, embedded: photos, failed: 0 });
    const found = await json(folder, 'search', 'a boat on the sea', '--limit', '2');
    expect(found).toHaveLength(2);
    for (const { path: file, caption } of found) {
      expect(file).toContain(path.join(folder, 'Coast'));
      expect(caption).toBeNull();
    }
    expect(await json(folder, 'search', 'a boat on the sea', '--words')).toEqual([]);
  });

  it('is captioned once for each stack, as far as the matching model believes the text, and says which are copies', async () => {
    const folder = await emptyFolder();
    const [boats, others] = ['IMG_1000.jpg', 'IMG_1005.jpg'].map((name) => path.join(demoPhotos, 'Coast', name));
    await mkdir(path.join(folder, 'Coast'));
    for (const name of ['IMG_1.jpg', 'IMG_1-edited.jpg'])
      await cp(boats ?? '', path.join(folder, 'Coast', name), copyAsOld);
    await cp(others ?? '', path.join(folder, 'Coast', 'IMG_2.jpg'), copyAsOld);
    const out = await done(folder, 'caption', 'Coast', '--stacks', '--json');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const copies = lines.filter(({ copiedFrom }) => copiedFrom !== undefined);
    expect(copies).toHaveLength(1);
    const top = lines.find((line) => line.path === copies[0].copiedFrom);
    expect(copies[0]).toMatchObject({ caption: top.caption, model: 'demo', doubtful: false });
    const found = await json(folder, 'search', 'stack:any');
    expect(found.map(({ copiedFrom }: { copiedFrom?: string }) => copiedFrom !== undefined).sort()).toEqual([
      false,
      true,
    ]);
    expect(new Set(found.map(({ stack }: { stack: { top: number } }) => stack.top)).size).toBe(1);
    const { photos } = JSON.parse(await done(folder, 'export', '--format', 'json-full'));
    const copied = photos.filter((photo: FullPhoto) => photo.captions[0]?.copiedFrom);
    expect(copied.map((photo: FullPhoto) => photo.captions[0]?.copiedFrom)).toEqual([
      { file: path.basename(top.path) },
    ]);
  });

  it('is left alone when a newer Vignette wrote it', async () => {
    const folder = await folderWithPhotos();
    await done(folder, 'library', 'add', 'Coast');
    const database = new Sqlite(path.join(libraryOf(folder), 'catalog.db'));
    database.pragma('user_version = 999');
    database.close();
    for (const args of [
      ['library', 'scan'],
      ['library', 'list'],
    ]) {
      const result = await vignette(folder, args);
      expect(result).toMatchObject({ code: 1, out: '' });
      expect(result.err).toMatch(/^vignette: The catalog .* was written by a newer Vignette .*Update Vignette/);
    }
  });
});

describe.skipIf(!canMakeSmallDisks)(
  'a library on a small disk (where disks can be made)',
  { timeout: timeoutMs },
  () => {
    async function onDisk(folder: string): Promise<AsyncDisposable & { readonly path: string }> {
      const disk = await makeSmallDisk(24);
      await mkdir(path.join(disk.path, 'library'));
      await run('ln', ['-s', path.join(disk.path, 'library'), libraryOf(folder)]);
      await done(folder, 'library', 'add', 'Coast');
      await done(folder, 'library', 'scan');
      return disk;
    }

    it('can be looked at, and nothing else, when the disk is read-only', async () => {
      const folder = await folderWithPhotos();
      await using disk = await onDisk(folder);
      await run('mount', ['-o', 'remount,ro', disk.path]);
      const refused = await vignette(folder, ['caption', 'Coast']);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain('read-only');
      expect((await json(folder, 'library', 'status')).photos).toBeGreaterThan(0);
      expect((await json(folder, 'search', 'IMG')).length).toBeGreaterThan(0);
    });

    it('says when the disk is full, and goes on when there is room again', async () => {
      const folder = await folderWithPhotos();
      await using disk = await onDisk(folder);
      const filler = path.join(disk.path, 'filler');
      await run('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k']).catch(() => undefined);
      const refused = await vignette(folder, ['caption', 'Coast']);
      expect(refused).toMatchObject({ code: 1 });
      expect(refused.err).toContain('is full. Nothing was lost; make room.');
      await rm(filler);
      const photos = (await readdir(path.join(folder, 'Coast'))).length;
      expect((await done(folder, 'caption', 'Coast')).trimEnd().split('\n')).toHaveLength(photos);
      expect(await json(folder, 'library', 'check')).toMatchObject({ ok: true });
    });
  },
);
