/** @file An export whose process is killed leaves nothing that looks finished and is not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { writeOutputFile } from '../../../main/library/interchange/outputFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Returns the folder's content once the process is dead. */
async function killed(kind: string, folder: string, killAt: number): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'killedExport.ts');
  const child = spawn(process.execPath, [script, kind, folder, String(killAt)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += String(data);
  });
  const [, signal] = await once(child, 'exit');
  expect(signal, complaint).toBe('SIGKILL');
  return (await readdir(folder)).filter((name) => name !== 'photos').toSorted();
}

const isLeftOver = (name: string) => /^\.vignette-[0-9a-f-]+\.tmp$/.test(name);

it.skipIf(process.platform === 'win32').each(['json-full', 'parquet'])(
  'a %s document that was there before stays whole',
  async (kind) => {
    await using folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'out'), 'before');
    const names = await killed(kind, folder.path, 500);
    expect(await readFile(path.join(folder.path, 'out'), 'utf8')).toBe('before');
    expect(names.filter((name) => !isLeftOver(name))).toEqual(['out']);
    expect(names.some(isLeftOver)).toBe(true);
    // Whatever is written there next takes away what is left.
    await writeOutputFile(path.join(folder.path, 'other'), 'text', () => true);
    expect((await readdir(folder.path)).filter(isLeftOver)).toEqual([]);
  },
);

it.skipIf(process.platform === 'win32')('a dataset folder is not there, also after its last picture', async () => {
  for (const killAt of [3, 600]) {
    await using folder = await temporaryFolder();
    const names = await killed('dataset', folder.path, killAt);
    expect(names).toHaveLength(1);
    expect(names.every(isLeftOver)).toBe(true);
  }
});

it.skipIf(process.platform === 'win32')('sidecars that are there are whole', async () => {
  await using folder = await temporaryFolder();
  await killed('sidecars', folder.path, 150);
  const out = path.join(folder.path, 'out');
  const names = (await readdir(out)).filter((name) => !isLeftOver(name));
  expect(names.length).toBeGreaterThanOrEqual(149);
  for (const name of names) {
    expect(await readFile(path.join(out, name), 'utf8')).toBe(`caption of ${path.parse(name).name}.\n`);
  }
});
