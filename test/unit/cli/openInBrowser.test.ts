/** @file How `--open` hands the address over: not where other users of the machine see it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { openInBrowser } from '../../../main/cli/openInBrowser.ts';
import { it } from '../../support/fixtures.ts';

it('`--open` opens a file that leads on, which only its owner can read and which goes again', async ({ folder }) => {
  const address = 'http://127.0.0.1:1/x/?token=secret';
  const opened: string[] = [];
  const file = await openInBrowser(address, folder.path, (url) => opened.push(url));
  expect(opened.join()).toMatch(/^file:\/\/.*\.html$/);
  expect(opened.join()).not.toContain('secret');
  const path = fileURLToPath(opened[0] ?? '');
  expect(await readFile(path, 'utf8')).toContain(`http-equiv="refresh" content="0; url=${address}"`);
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  await file[Symbol.asyncDispose]();
  expect(await readdir(folder.path)).toEqual([]);
});
