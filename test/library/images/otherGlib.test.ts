/** @file Electron on Linux has the system's GLib in each of its processes, and sharp brings one of its own. Here a process in which the system's is loaded first stands for Electron's. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { nodeWithNewerGLib } from './newerGlib.ts';
import { cornersPicture } from './pictures.ts';

/** The system's, where it has one: Chromium, which the tests install, brings it. */
function systemGObject(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
  return folders
    .flatMap((folder) => {
      try {
        return readdirSync(folder).map((name) => path.join(folder, name));
      } catch {
        return [];
      }
    })
    .find((file) => file.endsWith('/libgobject-2.0.so.0'));
}

const gObject = systemGObject();

interface Outcome {
  readonly thumbnails: number;
  readonly holders: number;
  readonly criticals: number;
}

/** @param how as the program for it knows it */
async function made(node: string, how: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  await using folder = await temporaryFolder();
  const files = Array.from({ length: photos }, (_, index) => path.join(folder.path, `${index}.jpg`));
  for (const [index, file] of files.entries())
    await cornersPicture(640 + index, 480)
      .jpeg()
      .toFile(file);
  const program = path.join(import.meta.dirname, 'thumbnailsOf.ts');
  const { stdout, stderr } = await promisify(execFile)(node, [program, how, ...files], {
    env: { ...process.env, ...env },
  });
  return { ...JSON.parse(stdout), criticals: stderr.split('CRITICAL').length - 1 };
}

const photos = 12;
const noGLib = 'the system has no GLib to load first';

const fine = { thumbnails: photos, holders: 0, criticals: 0 };

describe.skipIf(gObject === undefined)(
  `beside the GLib of the system${gObject === undefined ? `: ${noGLib}` : ''}`,
  () => {
    const madeBeside = (how: string) => made(process.execPath, how, { LD_PRELOAD: gObject });

    it('a process that inherits it breaks, so that these tests show something', async () => {
      const outcome = await madeBeside('inheriting');
      expect(outcome.holders).toBeGreaterThan(0);
      expect(outcome.criticals).toBeGreaterThan(0);
    });

    it('picture processes have none but their own', async () => {
      expect(await madeBeside('library')).toMatchObject(fine);
    });

    it('nor have those that the desktop application starts', async () => {
      expect(await madeBeside('desktop')).toMatchObject(fine);
    });
  },
);

const scratch = await temporaryFolder();
const newer = await nodeWithNewerGLib(scratch.path);
const noNewer = newer === undefined ? ': it can only be had on a Debian that reaches its packages' : '';
afterAll(() => scratch[Symbol.asyncDispose]());

describe.skipIf(newer === undefined)(`beside a GLib of the next Debian, 2.84${noNewer}`, () => {
  it('a process that has it breaks, too', async () => {
    const outcome = await made(process.execPath, newer ?? '');
    expect(outcome.holders).toBeGreaterThan(0);
    expect(outcome.criticals).toBeGreaterThan(0);
  });

  it('picture processes that the desktop application starts have none but their own', async () => {
    expect(await made(newer ?? '', 'desktop')).toMatchObject(fine);
  });
});
