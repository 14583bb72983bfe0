/** @file A catalog with photos that are files, and a queue over it with models that are doubles. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { type Clock, systemClock } from '../../../main/library/queue/clock.ts';
import { mainsPower } from '../../../main/library/queue/pauseGate.ts';
import { LibraryQueue } from '../../../main/library/queue/queue.ts';
import type { LibraryQueueOptions } from '../../../main/library/queue/scheduler.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { testCatalog } from '../../support/testCatalog.ts';
import { DoubleModels, modelCalled } from './queueDoubles.ts';

export interface QueueLibrary extends AsyncDisposable {
  readonly catalog: Catalog;
  /** Where the photos are. */
  readonly photosFolder: string;
  /** Writes a file and puts it into the catalog. Returns the photo's id. */
  addPhoto(name: string): Promise<number>;
  addPhotos(count: number): Promise<number[]>;
  /** Changes the file; `noticed`: the catalog knows. */
  editPhoto(id: number, noticed: boolean): Promise<void>;
  /** A started queue; disposed of with the library. */
  queue(models?: DoubleModels, options?: Partial<LibraryQueueOptions>): Promise<LibraryQueue>;
}

export async function queueLibrary(clock: Clock = systemClock): Promise<QueueLibrary> {
  await using resources = new AsyncDisposableStack();
  const opened = resources.use(await testCatalog(() => clock.nowMs()));
  const { catalog } = opened;
  const { connection } = catalog;
  const photosFolder = path.join(opened.folder, 'photos');
  await mkdir(photosFolder);
  connection.prepare('UPDATE root SET path = ?').run(photosFolder);
  const asOnDisk = async (id: number) => {
    const { size, mtimeMs } = await stat(path.join(photosFolder, nameOf(catalog, id)));
    const set = connection.prepare<[number, number, number]>(
      'UPDATE photo SET size_bytes = ?, modified_ms = ? WHERE id = ?',
    );
    set.run(size, Math.floor(mtimeMs), id);
  };
  const addPhoto = async (name: string) => {
    await writeFile(path.join(photosFolder, name), `picture ${name}`);
    const id = opened.addPhoto(name);
    await asOnDisk(id);
    return id;
  };
  const disposal = resources.move();
  return {
    catalog,
    photosFolder,
    addPhoto,
    async addPhotos(count) {
      const ids: number[] = [];
      for (let index = 1; index <= count; index += 1) ids.push(await addPhoto(`${index}.jpg`));
      return ids;
    },
    async editPhoto(id, noticed) {
      await writeFile(path.join(photosFolder, nameOf(catalog, id)), `another picture, ${Math.random()}`);
      if (!noticed) return;
      opened.editPhoto(id);
      await asOnDisk(id);
    },
    async queue(models = new DoubleModels(), options = {}) {
      const queue = new LibraryQueue({
        catalog,
        openModel: models.openModel,
        power: mainsPower,
        clock,
        facts: {
          dateOf: async () => '3 May 2024',
          writtenOf: async (id, variable) =>
            variable === 'tags'
              ? catalog.tags
                  .of(id)
                  .map((tag) => tag.path)
                  .join(', ')
              : '',
          xmpOf: async () => new Map(),
        },
        ...options,
      });
      disposal.use(queue);
      await queue.start();
      return queue;
    },
    [Symbol.asyncDispose]: () => disposal[Symbol.asyncDispose](),
  };
}

export function identityWith(model: string, prompt = 'a photo of', more: Partial<RunIdentity> = {}): RunIdentity {
  return { model: modelCalled(model), prompt, settings: generationSettingsSchema.parse({}), ...more };
}

/** A run that captions, with the default model. */
export function captioning(photoIds: readonly number[], more: Partial<RunIdentity> = {}) {
  return {
    kind: 'caption' as const,
    description: { kind: 'named', name: 'Caption' } as const,
    identity: identityWith('writer', 'a photo of', more),
    photoIds,
  };
}

export function captionsOf(catalog: Catalog, photoIds: readonly number[]): string[][] {
  return photoIds.map((id) => catalog.captions.of(id).map(({ text }) => text));
}

export function nameOf(catalog: Catalog, photoId: number): string {
  return catalog.connection.prepare<[number], string>('SELECT name FROM photo WHERE id = ?').pluck().get(photoId) ?? '';
}
