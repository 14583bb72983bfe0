/** @file Vignette is killed while it writes into photos: each of them is the old file or the new one, and the next attempt goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { expect } from 'vitest';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { pictureHash } from '../../../main/library/watch/pictureHash.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes } from '../../../main/library/watch/volumes.ts';
import { it } from '../../support/fixtures.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';

const photos = 8;
const rounds = 3;

it.skipIf(process.platform === 'win32')(
  `photos survive ${rounds} times that the process that writes into them is killed (by signals, which Windows does not have)`,
  { timeout: 120_000 },
  async ({ folder }) => {
    const [library, files] = [path.join(folder.path, 'library'), path.join(folder.path, 'photos')];
    await mkdir(files);
    for (let photo = 0; photo < photos; photo += 1) {
      const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 + photo };
      const picture = sharp({ create: { width: 900, height: 600, channels: 3, background: '#fff', noise } });
      await writeFile(
        path.join(files, `${photo}.${photo % 2 === 0 ? 'jpg' : 'png'}`),
        await picture.toFormat(photo % 2 === 0 ? 'jpeg' : 'png').toBuffer(),
      );
    }
    const names = await readdir(files);
    const hashes = async () =>
      await Promise.all(
        names.map(async (name) => {
          const file = path.join(files, name);
          return (await pictureHash(realDisk, file, await realDisk.state(file), undefined))?.toString('hex');
        }),
      );
    const before = await hashes();
    const scan = async () => {
      await using catalog = await openCatalog({
        libraryFolder: library,
        owner: 'kill test',
        onNotice: () => undefined,
      });
      const watch = {
        catalog,
        disk: realDisk,
        volumes: systemVolumes(realDisk, process.platform),
        debounceMs: 0,
        onEvent: () => undefined,
      };
      if (catalog.roots.list().length === 0) await addRoot(watch, files, { watched: true });
      await scanLibrary(watch);
      return catalog.connection.prepare<[], number>('SELECT max(revision) FROM photo').pluck().get();
    };
    await scan();
    const random = randomNumbers(7);
    await using exifTool = await startExifTool('This test needs').then((started) => ({
      started,
      [Symbol.asyncDispose]: () => started.end(),
    }));
    let failures = '';
    for (let round = 1; round <= rounds + 1; round += 1) {
      const script = path.join(import.meta.dirname, 'embeddingProcess.ts');
      const child = spawn(process.execPath, [script, library, folder.path, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      child.stdout.on('data', (data) => {
        if (String(data).startsWith('working')) {
          if (round <= rounds) void wait(random() * 600).then(() => child.kill('SIGKILL'));
        } else failures = String(data);
      });
      await exited;
      expect(await hashes()).toEqual(before);
      for (const name of names) {
        const tags = await exifTool.started.readRaw(path.join(files, name), [
          '-XMP-dc:Description',
          '-validate',
          '-error',
        ]);
        expect(tags.Error, name).toBeUndefined();
        expect(String(tags.Description ?? 'round 0')).toMatch(/^round \d$/);
      }
      expect(await scan()).toBe(1);
    }
    expect(JSON.parse(failures)).toEqual([]);
    for (const name of names) {
      expect((await readFile(path.join(files, name))).includes(`round ${rounds + 1}`), name).toBe(true);
    }
    expect((await readdir(files)).toSorted()).toEqual(names.toSorted());
  },
);
