/**
 * @file Vignette is killed at every step of writing a sidecar, a document or a photo: what is there is whole, photos are
 * what they were, and the next start goes on and leaves nothing behind. To start a process takes longer than what is
 * written, so each is killed in the midst of all kinds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { exportedDocumentFormatSchema } from '../../../schemas/exports.ts';
import { it } from '../../support/fixtures.ts';
import { killSteps } from './killPoint.ts';

const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];
const isLeftOver = (name: string) => name.startsWith('.vignette-');

interface Round {
  readonly kinds: readonly string[];
  readonly round: number;
  readonly step?: string;
  readonly nth?: number;
}

/** Does all that is asked to its end, or is killed when each of it is at the step. */
async function write(folder: string, { kinds, round, step = '', nth = 0 }: Round): Promise<void> {
  const script = path.join(import.meta.dirname, 'killedWriter.ts');
  const child = spawn(process.execPath, [script, folder, kinds.join(), String(round), step, String(nth)], {
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

/** For each kind, photos in `<kind>/photos`. */
async function makePhotos(folder: string, kinds: readonly string[]): Promise<void> {
  for (const kind of kinds) {
    await mkdir(path.join(folder, kind, 'photos'), { recursive: true });
    for (const [index, name] of names.entries()) {
      const noise = { type: 'gaussian' as const, mean: 100 + index, sigma: 30 };
      const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#fff', noise } });
      await writeFile(path.join(folder, kind, 'photos', name), await picture.jpeg().toBuffer());
    }
  }
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
    it('leaves whole sidecars: live ones, and exported ones of each format', { timeout: 180_000 }, async ({
      folder,
    }) => {
      const sidecars = [
        { kind: 'live', sidecarOf: (name: string) => `${name}.xmp`, end: '</x:xmpmeta>' },
        { kind: 'xmp', sidecarOf: (name: string) => `${name}.xmp`, end: '</x:xmpmeta>' },
        { kind: 'txt', sidecarOf: (name: string) => name.replace('.jpg', '.txt'), end: '.jpg\n' },
        { kind: 'caption', sidecarOf: (name: string) => name.replace('.jpg', '.caption'), end: '.jpg\n' },
      ].map((each) => ({ ...each, at: (name: string) => path.join(folder.path, each.kind, 'photos', name) }));
      const kinds = sidecars.map(({ kind }) => kind);
      await makePhotos(folder.path, kinds);
      const allPhotos = async () => await bytesOf(sidecars.flatMap(({ at }) => names.map(at)));
      const photos = await allPhotos();
      // Also as the first ones come to be.
      await write(folder.path, { kinds, round: 1, step: 'half', nth: 2 });
      await write(folder.path, { kinds, round: 2 });
      for (const [index, step] of killSteps.entries()) {
        const round = 3 + index;
        await write(folder.path, { kinds, round, step, nth: 2 });
        for (const { kind, sidecarOf, end, at } of sidecars) {
          const rounds: number[] = [];
          for (const name of names) {
            const text = await readFile(at(sidecarOf(name)), 'utf8');
            expect(text, kind).toContain(end);
            rounds.push(roundIn(text, name, round));
          }
          // In the middle: some were written, and some were not. Of those that are written at once, none may have its name yet.
          const written = rounds.filter((one) => one === round).length;
          if (step === 'named') expect(written, `${kind} ${rounds.join()}`).toBe(2);
          else expect(written, `${kind} ${rounds.join()}`).toBeLessThan(names.length);
        }
        expect(await allPhotos()).toEqual(photos);
      }
      await write(folder.path, { kinds, round: 9 });
      for (const { kind, sidecarOf, at } of sidecars) {
        for (const name of names) {
          expect(await readFile(at(sidecarOf(name)), 'utf8'), kind).toContain(`round 9 of ${name}`);
        }
        expect(await readdir(at('.')), kind).toEqual([...names, ...names.map(sidecarOf)].toSorted());
      }
      expect(await allPhotos()).toEqual(photos);
    });

    it('leaves whole photos that it was writing into', { timeout: 180_000 }, async ({ folder }) => {
      const kinds = ['embed'];
      await makePhotos(folder.path, kinds);
      const at = (name: string) => path.join(folder.path, 'embed', 'photos', name);
      const pixels = await pixelsOf(names.map(at));
      await write(folder.path, { kinds, round: 1 });
      for (const [index, step] of killSteps.entries()) {
        const round = 2 + index;
        await write(folder.path, { kinds, round, step, nth: 2 });
        expect(await pixelsOf(names.map(at))).toEqual(pixels);
        const rounds = await Promise.all(
          names.map(async (name) => roundIn(await readFile(at(name), 'latin1'), name, round)),
        );
        expect(new Set(rounds).size, rounds.join()).toBe(2);
      }
      await write(folder.path, { kinds, round: 9 });
      for (const name of names) expect(await readFile(at(name), 'latin1')).toContain(`round 9 of ${name}`);
      expect(await pixelsOf(names.map(at))).toEqual(pixels);
      expect(await readdir(at('.'))).toEqual(names);
    });

    it('leaves the document of before, or the new one, of each format', { timeout: 180_000 }, async ({ folder }) => {
      const kinds = exportedDocumentFormatSchema.options;
      await makePhotos(folder.path, kinds);
      const outOf = (kind: string) => path.join(folder.path, kind, 'out');
      const namesOf = async (kind: string) => {
        return (await readdir(path.join(folder.path, kind))).filter((name) => !isLeftOver(name));
      };
      await write(folder.path, { kinds, round: 1, step: 'unnamed', nth: 1 });
      for (const kind of kinds) expect(await namesOf(kind), kind).toEqual(['photos']);
      await write(folder.path, { kinds, round: 2 });
      for (const [index, step] of killSteps.entries()) {
        const before = await bytesOf(kinds.map(outOf));
        await write(folder.path, { kinds, round: 3 + index, step, nth: 1 });
        const after = await bytesOf(kinds.map(outOf));
        if (step !== 'named') expect(after).toEqual(before);
        else {
          for (const [at, kind] of kinds.entries()) {
            const bytes = after[at] ?? Buffer.of();
            const rows = kind === 'parquet' ? await parquetReadObjects({ file: bufferOf(bytes) }) : bytes.toString();
            for (const name of names) expect(JSON.stringify(rows), kind).toContain(`round 5 of ${name}`);
          }
        }
      }
      for (const kind of kinds) expect(await namesOf(kind), kind).toEqual(['out', 'photos']);
    });

    it('has an import undone at the next start, and done when it is asked for again', { timeout: 180_000 }, async ({
      folder,
    }) => {
      const kinds = ['import'];
      await makePhotos(folder.path, kinds);
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
      await write(folder.path, { kinds, round: 1, step: 'import', nth: 1 });
      expect(await texts()).toEqual({ texts: [], runs: ['cancelled'] });
      await write(folder.path, { kinds, round: 2 });
      expect(await texts()).toEqual({ texts: names.map((name) => `round 2 of ${name}`), runs: ['done', 'cancelled'] });
    });
  },
);
