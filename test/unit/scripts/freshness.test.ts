/** @file What was made is made again exactly when its sources changed. */
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentHash, isFresh, stamp } from '../../../scripts/freshness.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignette-fresh-'));
  await writeFile(join(folder, 'a.ts'), 'one');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('a new time alone, as a clone gives, changes nothing', async () => {
  const before = await contentHash([folder]);
  await utimes(join(folder, 'a.ts'), 1, 1);
  expect(await contentHash([folder])).toBe(before);
});

it('a change, a new file, a removed file and a new name all change the hash', async () => {
  const seen = new Set([await contentHash([folder])]);
  await writeFile(join(folder, 'a.ts'), 'two');
  seen.add(await contentHash([folder]));
  await writeFile(join(folder, 'b.ts'), 'two');
  seen.add(await contentHash([folder]));
  await rm(join(folder, 'a.ts'));
  seen.add(await contentHash([folder]));
  await rename(join(folder, 'b.ts'), join(folder, 'c.ts'));
  seen.add(await contentHash([folder]));
  expect(seen.size).toBe(5);
});

it('nothing is fresh before its stamp, nor after its sources changed', async () => {
  const stampFile = join(folder, 'out', '.made-from');
  expect(await isFresh(stampFile, 'x')).toBe(false);
  await stamp(stampFile, 'x');
  expect(await isFresh(stampFile, 'x')).toBe(true);
  expect(await isFresh(stampFile, 'y')).toBe(false);
});
