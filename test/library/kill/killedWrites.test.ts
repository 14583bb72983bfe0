/**
 * @file Vignette is killed at every step of writing a sidecar, a document or a photo: what is there is whole, photos are
 * what they were, and the next start goes on and leaves nothing behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { it } from '../../support/fixtures.ts';
import { killSteps } from './killPoint.ts';

const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];
const isLeftOver = (name: string) => name.startsWith('.vignette-');

interface Round {
  readonly kind: string;
  readonly round: number;
  readonly step?: string;
  readonly nth?: number;
}

/** Does what is asked to its end, or is killed at the step. */
async function write(folder: string, { kind, round, step = '', nth = 0 }: Round): Promise<void> {
  const script = path.join(import.meta.dirname, 'killedWriter.ts');
  const child = spawn(process.execPath, [script, kind, folder, String(round), step, String(nth)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += String(data);
  });
  const [code, signal] = await once(child, 'exit');
  expect({ round, step, code, signal, complaint }).toMatchObject(
    step === '' ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' },
  );
}

async function makePhotos(folder: string): Promise<(name: string) => string> {
  const photos = path.join(folder, 'photos');
  await mkdir(photos);
  for (const [index, name] of names.entries()) {
    const noise = { type: 'gaussian' as const, mean: 100 + index, sigma: 30 };
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#fff', noise } });
    await writeFile(path.join(photos, name), await picture.jpeg().toBuffer());
  }
  return (name) => path.join(photos, name);
}

const bytesOf = (files: readonly string[]) => Promise.all(files.map((file) => readFile(file)));
const pixelsOf = (files: readonly string[]) => Promise.all(files.map((file) => sharp(file).raw().toBuffer()));

const bufferOf = ({ buffer, byteOffset, byteLength }: Buffer) =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

/** In which round the file was written, which says so whole. */
function roundIn(text: string, name: string, lastRound: number): number {
  const rounds = Array.from({ length: lastRound }, (_, index) => index + 1);
  const found = rounds.filter((round) => text.includes(`round ${round} of ${name}`));
  expect(found, text).toHaveLength(1);
  return found[0] ?? 0;
}

describe.skipIf(process.platform === 'win32')(
  'a process that is killed (by signals, which Windows does not have)',
  () => {
    it.for([
      ['live', (name: string) => `${name}.xmp`, '</x:xmpmeta>'],
      ['xmp', (name: string) => `${name}.xmp`, '</x:xmpmeta>'],
      ['txt', (name: string) => name.replace('.jpg', '.txt'), '.jpg\n'],
      ['caption', (name: string) => name.replace('.jpg', '.caption'), '.jpg\n'],
    ] as const)('leaves whole sidecars: %s', { timeout: 180_000 }, async ([kind, sidecarOf, end], { folder }) => {
      const at = await makePhotos(folder.path);
      const photos = await bytesOf(names.map(at));
      // Also as the first ones come to be.
      await write(folder.path, { kind, round: 1, step: 'half', nth: 2 });
      await write(folder.path, { kind, round: 2 });
      for (const [index, step] of killSteps.entries()) {
        const round = 3 + index;
        await write(folder.path, { kind, round, step, nth: 2 });
        const rounds: number[] = [];
        for (const name of names) {
          const text = await readFile(at(sidecarOf(name)), 'utf8');
          expect(text).toContain(end);
          rounds.push(roundIn(text, name, round));
        }
        // In the middle: some were written, and some were not. Of those that are written at once, none may have its name yet.
        const written = rounds.filter((one) => one === round).length;
        if (step === 'named') expect(written, rounds.join()).toBe(2);
        else expect(written, rounds.join()).toBeLessThan(names.length);
        expect(await bytesOf(names.map(at))).toEqual(photos);
      }
      await write(folder.path, { kind, round: 9 });
      for (const name of names) expect(await readFile(at(sidecarOf(name)), 'utf8')).toContain(`round 9 of ${name}`);
      expect(await bytesOf(names.map(at))).toEqual(photos);
      expect(await readdir(at('.'))).toEqual([...names, ...names.map(sidecarOf)].toSorted());
    });

    it('leaves whole photos that it was writing into', { timeout: 180_000 }, async ({ folder }) => {
      const at = await makePhotos(folder.path);
      const pixels = await pixelsOf(names.map(at));
      await write(folder.path, { kind: 'embed', round: 1 });
      for (const [index, step] of killSteps.entries()) {
        const round = 2 + index;
        await write(folder.path, { kind: 'embed', round, step, nth: 2 });
        expect(await pixelsOf(names.map(at))).toEqual(pixels);
        const rounds = await Promise.all(
          names.map(async (name) => roundIn(await readFile(at(name), 'latin1'), name, round)),
        );
        expect(new Set(rounds).size, rounds.join()).toBe(2);
      }
      await write(folder.path, { kind: 'embed', round: 9 });
      for (const name of names) expect(await readFile(at(name), 'latin1')).toContain(`round 9 of ${name}`);
      expect(await pixelsOf(names.map(at))).toEqual(pixels);
      expect(await readdir(at('.'))).toEqual(names);
    });

    it.for(['json', 'json-full', 'jsonl', 'coco', 'csv', 'parquet'])(
      'leaves the document of before, or the new one: %s',
      { timeout: 180_000 },
      async (kind, { folder }) => {
        await makePhotos(folder.path);
        const out = path.join(folder.path, 'out');
        await write(folder.path, { kind, round: 1, step: 'unnamed', nth: 1 });
        expect((await readdir(folder.path)).filter((name) => !isLeftOver(name))).toEqual(['library', 'photos']);
        await write(folder.path, { kind, round: 2 });
        for (const [index, step] of killSteps.entries()) {
          const before = await readFile(out);
          await write(folder.path, { kind, round: 3 + index, step, nth: 1 });
          const after = await readFile(out);
          if (step !== 'named') expect(after).toEqual(before);
          else {
            const rows = kind === 'parquet' ? await parquetReadObjects({ file: bufferOf(after) }) : after.toString();
            for (const name of names) expect(JSON.stringify(rows)).toContain(`round 5 of ${name}`);
          }
        }
        expect((await readdir(folder.path)).filter((name) => !isLeftOver(name))).toEqual(['library', 'out', 'photos']);
      },
    );

    it('has an import undone at the next start, and done when it is asked for again', { timeout: 180_000 }, async ({
      folder,
    }) => {
      await makePhotos(folder.path);
      const texts = async () => {
        await using catalog = await openCatalog({
          libraryFolder: path.join(folder.path, 'library'),
          owner: 'kill test',
          onNotice: () => undefined,
        });
        await catalog.undo.finishInterrupted();
        return {
          texts: catalog.connection
            .prepare('SELECT text FROM caption WHERE removed_run_id IS NULL ORDER BY text')
            .pluck()
            .all(),
          runs: catalog.runs.list({ kinds: ['import'] }).map(({ state }) => state),
        };
      };
      await write(folder.path, { kind: 'import', round: 1, step: 'import', nth: 1 });
      expect(await texts()).toEqual({ texts: [], runs: ['cancelled'] });
      await write(folder.path, { kind: 'import', round: 2 });
      expect(await texts()).toEqual({ texts: names.map((name) => `round 2 of ${name}`), runs: ['done', 'cancelled'] });
    });
  },
);
