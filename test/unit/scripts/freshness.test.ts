/** @file What was made is made again exactly when its sources changed. */
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { contentHash, isFresh, stamp } from '../../../scripts/freshness.ts';
import { it as plainIt } from '../../support/fixtures.ts';

/** `sources`: a folder with one file. */
const it = plainIt.extend('sources', async ({ folder }) => {
  await writeFile(join(folder.path, 'a.ts'), 'one');
  return folder.path;
});

it('a new time alone, as a clone gives, changes nothing', async ({ sources }) => {
  const before = await contentHash([sources]);
  await utimes(join(sources, 'a.ts'), 1, 1);
  expect(await contentHash([sources])).toBe(before);
});

it('a change, a new file, a removed file and a new name all change the hash', async ({ sources }) => {
  const seen = new Set([await contentHash([sources])]);
  await writeFile(join(sources, 'a.ts'), 'two');
  seen.add(await contentHash([sources]));
  await writeFile(join(sources, 'b.ts'), 'two');
  seen.add(await contentHash([sources]));
  await rm(join(sources, 'a.ts'));
  seen.add(await contentHash([sources]));
  await rename(join(sources, 'b.ts'), join(sources, 'c.ts'));
  seen.add(await contentHash([sources]));
  expect(seen.size).toBe(5);
});

it('nothing is fresh before its stamp, nor after its sources changed', async ({ sources }) => {
  const stampFile = join(sources, 'out', '.made-from');
  expect(await isFresh(stampFile, 'x')).toBe(false);
  await stamp(stampFile, 'x');
  expect(await isFresh(stampFile, 'x')).toBe(true);
  expect(await isFresh(stampFile, 'y')).toBe(false);
});
