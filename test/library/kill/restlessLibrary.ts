/**
 * @file A process that does everything at once to a library until it is killed: scans a folder whose files come and go,
 * captions and asks, edits tags in bulk, imports, writes captions as a person, undoes runs. For the kill test.
 * Says on stdout what it has done that must not be lost, once that is committed.
 */
import { readFileSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { CatalogConnection } from '../../../main/library/catalog/connection.ts';
import { bulkEdit } from '../../../main/library/catalog/runs/bulkEdit.ts';
import type { Run } from '../../../main/library/catalog/runs/runs.ts';
import { importTexts } from '../../../main/library/interchange/imports/importTexts.ts';
import { openCatalog } from '../../../main/library/openCatalog.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import type { OpenModel } from '../../../main/library/queue/modelLeases.ts';
import { mainsPower } from '../../../main/library/queue/pauseGate.ts';
import { LibraryQueue } from '../../../main/library/queue/queue.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes } from '../../../main/library/watch/volumes.ts';
import type { WatchContext } from '../../../main/library/watch/watchContext.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { changeFiles } from './changeFiles.ts';
import type { Said } from './said.ts';

const [libraryFolder = '', photosFolder = '', roundText = '0', writesText = '0'] = process.argv.slice(2);
const round = Number(roundText);
/** It kills itself after so many transactions; 0: somebody else does. */
const writesToLive = Number(writesText);

function say(what: Said): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

/** Says what is in the file, so that a caption can be held against it. */
const openModel: OpenModel = async (identity) => {
  const unused = () => Promise.reject(new Error('not asked for here'));
  return {
    identity,
    version: { ...identity, source: identity.id, revision: null, compiler: '1' },
    device: 'double',
    batch: 3,
    client: {
      async answer({ image, prompt }) {
        await wait(Math.random() < 0.2 ? 1 : 0);
        const ms = { imageMs: 0, visionMs: 0, qformerMs: 0, prefillMs: 0, decodeMs: 0, totalMs: 0 };
        const text = `shows ${readFileSync(image, 'utf8').split('\n')[0]}`;
        return { prompt, warnings: [], text, tokenIds: [], finish: 'eos', width: 1, height: 1, ms };
      },
      candidates: unused,
      match: unused,
      explain: unused,
      embedImages: unused,
      embedTexts: unused,
      async [Symbol.asyncDispose]() {},
    },
  };
};

/** Between two transactions is where what belongs together could be torn apart; at random that is rarely hit. */
function dieAfter(connection: CatalogConnection, writes: number): void {
  const write = connection.write.bind(connection);
  let left = writes;
  connection.write = <T>(work: () => T): T => {
    const isOutermost = !connection.database.inTransaction;
    const result = write(work);
    if (isOutermost) left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

function identity(prompt: string, kind: 'text' | 'question') {
  const model = { id: 'double', sha256: '0'.repeat(64), precision: 'fp32' };
  return { model, prompt, kind, settings: generationSettingsSchema.parse({}) };
}

function photoIds({ connection }: Catalog): number[] {
  return connection.prepare<[], number>('SELECT id FROM photo WHERE missing_since_ms IS NULL').pluck().all();
}

async function scanAgainAndAgain(context: WatchContext): Promise<void> {
  for (;;) {
    await changeFiles(photosFolder, Math.random);
    await scanLibrary(context);
  }
}

async function captionAgainAndAgain(catalog: Catalog, queue: LibraryQueue): Promise<void> {
  for (let number = 1; ; number += 1) {
    const photos = photoIds(catalog);
    const name = `${round}.${number}`;
    const description = { kind: 'named', name } as const;
    const captions = await queue.add({
      kind: 'caption',
      description,
      identity: identity(name, 'text'),
      photoIds: photos,
    });
    const questions = ['is it indoors?', `what is ${name}?`];
    const asking = {
      kind: 'ask' as const,
      description,
      identity: identity(`${name} {question}`, 'question'),
      questions,
    };
    const answers = await queue.add({ ...asking, photoIds: photos.slice(0, 10) });
    for (const { runId } of [captions, answers]) if (runId !== undefined) await queue.settled(runId);
    await wait(1);
  }
}

async function tagAgainAndAgain(catalog: Catalog): Promise<void> {
  for (let number = 1; ; number += 1) {
    const photos = photoIds(catalog);
    const path = `tag/${round}.${number}`;
    // Every photo is changed once, so that half a change can be told from a whole one.
    const change = (photoId: number, runId: number) => void catalog.tags.add(photoId, runId, { path, source: 'human' });
    if (photos.length > 0)
      await bulkEdit(catalog, {
        description: { kind: 'named', name: `Tag ${photos.length} photos` },
        photoIds: photos,
        change,
      });
    await wait(10);
  }
}

async function importAgainAndAgain(catalog: Catalog): Promise<void> {
  for (let number = 1; ; number += 1) {
    const tags = [{ path: `import/${round}.${number}`, source: 'import' as const }];
    const nothing = { captions: [], answers: [], scores: [], marks: [] };
    const photos = photoIds(catalog).map((photoId) => ({ photoId, file: '', isOtherContent: false, tags, ...nothing }));
    const description = { kind: 'named', name: `Tag ${photos.length} photos` } as const;
    await importTexts(catalog, { photos, runs: [], choose: () => 'keep', description, importSource: 'tags.json' });
    await wait(10);
  }
}

async function writeAgainAndAgain(catalog: Catalog): Promise<void> {
  for (let number = 1; ; number += 1) {
    const photos = photoIds(catalog);
    const photoId = photos[Math.floor(Math.random() * photos.length)];
    if (photoId !== undefined) {
      const text = `written ${round}.${number}`;
      catalog.captions.write(photoId, text);
      say({ type: 'written', photoId, text });
    }
    await wait(2);
  }
}

async function undoAgainAndAgain(catalog: Catalog): Promise<void> {
  for (;;) {
    const runs = catalog.runs
      .list({ kinds: ['caption', 'ask', 'bulk-edit', 'import', 'undo'], limit: 12 })
      .filter((run) => canBeUndone(catalog, run));
    const run = runs[Math.floor(Math.random() * runs.length)];
    if (run !== undefined) await catalog.undo.revert(run.id);
    await wait(20);
  }
}

function canBeUndone({ runs }: Catalog, run: Run): boolean {
  if (run.revertedByRunId !== undefined) return false;
  if (run.revertsRunId !== undefined) {
    const undone = runs.get(run.revertsRunId);
    // What a crash had cut short would be half done again; and one undo of an undo is enough to try.
    return run.state === 'done' && undone.state !== 'cancelled' && undone.kind !== 'undo';
  }
  return run.state === 'done' || (run.kind === 'caption' && run.state === 'running');
}

say({ type: 'opening' });
const catalog = await openCatalog({ libraryFolder, owner: 'kill test', onNotice: () => {} });
if (writesToLive > 0) dieAfter(catalog.connection, writesToLive);
const context: WatchContext = {
  catalog,
  disk: realDisk,
  volumes: systemVolumes(realDisk, process.platform),
  debounceMs: 0,
};
await addRoot(context, photosFolder, { watched: true });
const queue = new LibraryQueue({
  catalog,
  openModel,
  power: mainsPower,
  facts: { dateOf: async () => '', writtenOf: async () => '', xmpOf: async () => new Map() },
});
await queue.start();
say({ type: 'working' });
await Promise.all([
  scanAgainAndAgain(context),
  captionAgainAndAgain(catalog, queue),
  tagAgainAndAgain(catalog),
  importAgainAndAgain(catalog),
  writeAgainAndAgain(catalog),
  undoAgainAndAgain(catalog),
]);
