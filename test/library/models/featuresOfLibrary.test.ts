/** @file A library on real models: a question of a later session needs no look at the photos, until they are purged. */
import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { libraryPlaces } from '../../../main/library/files/libraryPlaces.ts';
import { installedModels } from '../../../main/library/models/installedModels.ts';
import { modelIdentity, openInstalledModel } from '../../../main/library/openInstalledModel.ts';
import { type Library, openLibrary } from '../../../main/library/openLibrary.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { purgeMissing, scanLibrary } from '../../../main/library/watch/scan.ts';
import { isSettled } from '../../../native-models/fileIdentity.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { ModelHost } from '../../../native-models/runtime/modelHost.ts';
import { resources } from '../../support/demoAnswerer.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const names = ['IMG_1000.jpg', 'IMG_1005.jpg'];
const anHour = 60 * 60 * 1000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photosFolder: string;
let libraryFolder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  photosFolder = path.join(folder.path, 'photos');
  libraryFolder = path.join(folder.path, 'library');
  await mkdir(photosFolder);
  for (const name of names) await cp(path.join(resources, 'demo-photos/Coast', name), path.join(photosFolder, name));
  return () => folder[Symbol.asyncDispose]();
});

const models = () => installedModels(libraryPlaces(libraryFolder).models, undefined);

async function session(nowMs = Date.now): Promise<Library> {
  return await openLibrary({
    libraryFolder,
    owner: 'test',
    onNotice: () => {},
    debounceMs: 0,
    nowMs,
    queue: {
      isBackground: false,
      openModel: openInstalledModel({
        device: () => 'cpu',
        list: () => models().list(),
        startHost: () => ModelHost.start(),
      }),
    },
  });
}

/** Asks about all photos. Returns how many were looked at, and of how many the features were at hand. */
async function ask({ catalog, queue, features }: Library, prompt: string): Promise<{ misses: number; hits: number }> {
  const [model] = await models().list();
  if (model?.facts === undefined) throw new Error('the model was not imported');
  const identity = {
    model: modelIdentity({ ...model, facts: model.facts }),
    prompt,
    settings: generationSettingsSchema.parse({ maxNewTokens: 4 }),
  };
  const photoIds = catalog.connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
  await queue.start();
  const { runId = 0 } = await queue.add({
    kind: 'caption',
    description: { kind: 'named', name: 'Caption' },
    identity,
    photoIds,
  });
  expect(await queue.settled(runId)).toMatchObject({ done: names.length, failed: 0 });
  const { misses, hits } = await features.state();
  return { misses, hits };
}

async function stored(kind: 'photo' | 'features'): Promise<number> {
  const files = await readdir(libraryPlaces(libraryFolder).features, { recursive: true });
  return files.filter((name) => name.endsWith(`.${kind}`)).length;
}

it('answers from stored features in another session, and lets those of purged photos go', async () => {
  await models().import({
    source: path.join(resources, 'demo-model/checkpoint'),
    id: 'writer',
    precision: 'fp32',
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  // Before that, a file may change without telling: its features are known by its pixels alone.
  await eventually(async () => {
    for (const name of names)
      expect(isSettled(await stat(path.join(photosFolder, name), { bigint: true }), Date.now())).toBe(true);
  });
  {
    await using library = await session();
    await addRoot(library.watch, photosFolder, { watched: true });
    await scanLibrary(library.watch);
    expect(await ask(library, 'a photo of')).toEqual({ misses: 2, hits: 0 });
    await eventually(async () => expect(await stored('photo')).toBe(2));
  }
  {
    await using library = await session();
    expect(await ask(library, 'what is this?')).toEqual({ misses: 0, hits: 2 });
  }
  await rm(path.join(photosFolder, names[0] ?? ''));
  {
    await using library = await session(() => Date.now() + anHour);
    await scanLibrary(library.watch);
    library.catalog.connection.database.exec('DELETE FROM caption');
    expect(await stored('features')).toBe(2);
    expect(await purgeMissing(library.watch, { graceMs: -anHour })).toBe(1);
  }
  expect([await stored('photo'), await stored('features')]).toEqual([1, 1]);
});
