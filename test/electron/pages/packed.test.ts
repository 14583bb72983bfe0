/**
 * @file The packed application on the double of Electron: what electron-builder made, at the paths that it has there. Its
 * archive is laid out as a folder of the same name, since only Electron reads into archives.
 */
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extractAll } from '@electron/asar';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packAroundStandIn } from '../../../scripts/electronBuilder.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { type RunningDesktop, runDesktop } from '../double/runDesktop.ts';

const isLinux = process.platform === 'linux';

let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
let desktop: RunningDesktop | undefined;
let page: Page;
let resources = '';

beforeAll(async () => {
  scratch = await temporaryFolder();
  if (!isLinux) return;
  const output = join(scratch.path, 'dist');
  expect(await packAroundStandIn(output, true)).toBe(true);
  resources = join(output, 'linux-unpacked', 'resources');
  const [archive, contents] = [join(resources, 'app.asar'), join(scratch.path, 'contents')];
  extractAll(archive, contents);
  await rm(archive);
  await rename(contents, archive);
  desktop = await runDesktop(undefined, { packedResources: resources });
  page = await desktop.double.window().page();
}, 300_000);

afterAll(async () => {
  await desktop?.[Symbol.asyncDispose]();
  await scratch[Symbol.asyncDispose]();
});

/** The command lines of the processes that this one started, and of those that they did. */
async function commandLines(): Promise<string[]> {
  const lines: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      lines.push((await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim());
    } catch {
      // It has ended.
    }
  }
  return lines.filter((line) => line.includes(resources));
}

describe.skipIf(!isLinux)(`the packed application${isLinux ? '' : ': only packed on Linux'}`, () => {
  it('finds its page, its photos and its models, and captions', async () => {
    await page.getByRole('dialog', { name: 'Introduction' }).getByRole('button', { name: 'Skip' }).click();
    await page.locator('.grid img.loaded').first().waitFor();
    await page.getByRole('img', { name: 'Written by the model demo' }).first().waitFor();
    expect(desktop?.double.window().complaints).toEqual([]);
  });

  it('reads photos in the plain Node that it brings, from beside its archive, and models in Electron’s processes', async () => {
    await eventually(async () => {
      const lines = await commandLines();
      const pictures = lines.filter((line) => line.includes('pictureProcess.js'));
      expect(pictures.length).toBeGreaterThan(0);
      const node = join(resources, 'node', 'node');
      for (const line of pictures) {
        expect(line.startsWith(`${node} `), line).toBe(true);
        expect(line).toContain(join(resources, 'app.asar.unpacked', 'out', 'main', 'pictureProcess.js'));
      }
      // A plain Node reads no archive.
      expect(lines.filter((line) => line.startsWith(node) && line.includes('/app.asar/'))).toEqual([]);
    }, 30_000);
  });
});
