/** @file An open library of three files, one of them broken, with a stand-in for its models: for every test of the API and of the server. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { HubAccess } from '../../main/api/appDownloads.ts';
import { type LiveApp, openApp } from '../../main/api/liveApp.ts';
import { libraryPlaces } from '../../main/library/files/libraryPlaces.ts';
import type { InstalledModels, ListedModel } from '../../main/library/models/installedModels.ts';
import { writeEmptyCatalog } from '../support/emptyCatalog.ts';
import { eventually } from '../support/eventually.ts';
import { keptPictures } from '../support/keptPictures.ts';
import { keptReaders } from '../support/keptReaders.ts';
import { modelFacts } from './modelFacts.ts';
import { PacedHost } from './pacedHost.ts';

const listedModels: readonly ListedModel[] = [
  {
    id: 'writer',
    folder: '/models/writer',
    bundled: false,
    facts: { ...modelFacts, kind: 'generator', architecture: 'test' },
  },
  {
    id: 'scorer',
    folder: '/models/scorer',
    bundled: false,
    facts: { ...modelFacts, kind: 'matcher', architecture: 'test', doubtfulBelow: 0.5 },
  },
];

const models: Omit<InstalledModels, 'list'> = {
  precisions: ['fp32'],
  import: async ({ onProgress, id, signal }) => {
    onProgress({ stage: 'compile', doneBytes: 1, totalBytes: 2 });
    signal.throwIfAborted();
    return { id: id ?? 'new', folder: '/models/new', bundled: false };
  },
  verify: async () => ({ files: 3 }),
  remove: async () => undefined,
};

export interface TestApp extends AsyncDisposable {
  readonly app: LiveApp;
  readonly host: PacedHost;
  /** Holds everything: `photos`, the library, and `page` with a small built interface. */
  readonly folder: string;
  readonly photoFolder: string;
  readonly pageFolder: string;
  photoId(fileName: string): number;
}

/** @param indexing whether photos are indexed by themselves @param captions whether a rule captions every photo @param bundled whether the models are those that come with Vignette @param hub the environment's by default */
export async function openTestApp({
  captions = false,
  bundled = false,
  indexing = false,
  hub,
}: {
  readonly captions?: boolean;
  readonly bundled?: boolean;
  readonly indexing?: boolean;
  readonly hub?: HubAccess;
} = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'vignette-api-'));
  const photoFolder = join(folder, 'photos');
  await writePhotos(photoFolder);
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Page</title>');
  await writeFile(join(folder, 'page', 'assets', 'app.js'), 'export {};');
  const host = new PacedHost();
  const libraryFolder = join(folder, 'library');
  await mkdir(libraryFolder);
  writeEmptyCatalog(libraryPlaces(libraryFolder).catalog);
  const app = await openApp({
    libraryFolder,
    about: { version: '1.2.3', host: 'server' },
    models: { ...models, list: async () => listedModels.map((model) => ({ ...model, bundled })) },
    startHost: (onNotice) => {
      host.onNotice.push(onNotice);
      return host;
    },
    startPictures: keptPictures,
    startReader: keptReaders,
    demoFolder: photoFolder,
    hub,
  });
  app.catalog.settings.set('indexInBackground', indexing);
  await app.folders.addFolder(photoFolder, { captions });
  await app.start();
  await eventually(() => {
    const isRead = app.catalog.photos.withoutDetails(0, 1).length === 0;
    if (!isRead || app.catalog.photos.counts()[0]?.photos !== 3) throw new Error('not read yet');
  }, 20_000);
  return {
    app,
    host,
    folder,
    photoFolder,
    pageFolder: join(folder, 'page'),
    photoId: (fileName) => idOf(app, fileName),
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function idOf(app: LiveApp, fileName: string): number {
  const id = app.catalog.connection
    .prepare<[string], number>('SELECT id FROM photo WHERE name = ? AND missing_since_ms IS NULL')
    .pluck()
    .get(fileName);
  if (id === undefined) throw new Error(`The test library has no ${fileName}.`);
  return id;
}

async function writePhotos(folder: string): Promise<void> {
  await mkdir(join(folder, 'Coast'), { recursive: true });
  const picture = sharp({ create: { width: 800, height: 400, channels: 3, background: '#3366aa' } });
  await picture
    .clone()
    .jpeg()
    .toFile(join(folder, 'Coast', 'wide.jpg'));
  // Stored lying, shown upright.
  await picture
    .clone()
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toFile(join(folder, 'Coast', 'upright.jpg'));
  await writeFile(join(folder, 'broken.jpg'), 'not a picture');
  // What was written just now may still be written: a library waits until such files have settled.
  const longAgo = new Date('2024-05-01T10:00:00Z');
  for (const name of ['Coast/wide.jpg', 'Coast/upright.jpg', 'broken.jpg']) {
    await utimes(join(folder, name), longAgo, longAgo);
  }
}
