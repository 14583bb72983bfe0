/** @file A catalog over a folder of real pictures, into which texts are embedded. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { Embedding } from '../../../main/library/embedding/embedTexts.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import { systemVolumes } from '../../../main/library/watch/volumes.ts';
import type { ExportFilter } from '../../../schemas/exports.ts';
import type { MarkChange } from '../../../schemas/marks.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

export const everything: ExportFilter = {
  included: { captions: true, alternatives: false, tags: true, answers: false, altText: false, longDescription: false },
  humanOnly: false,
  withoutDoubtful: false,
};

export interface EmbedOptions {
  readonly isReplacing?: boolean;
  readonly filter?: ExportFilter;
  readonly onProgress?: (done: number, total: number) => void;
}

export class EmbeddingLibrary implements AsyncDisposable {
  readonly folder: string;
  readonly #test: TestCatalog;
  readonly #embedding: Embedding;
  #part = 0;

  private constructor(folder: string, test: TestCatalog, embedding: Embedding) {
    this.folder = folder;
    this.#test = test;
    this.#embedding = embedding;
  }

  static async open(): Promise<EmbeddingLibrary> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'vignette-embedding-')));
    await mkdir(path.join(folder, 'photos'));
    const test = await testCatalog();
    const embedding = await Embedding.start({ catalog: test.catalog, temporaryFolder: folder });
    const library = new EmbeddingLibrary(folder, test, embedding);
    await addRoot(library.#context, path.join(folder, 'photos'), { watched: true });
    return library;
  }

  get catalog() {
    return this.#test.catalog;
  }

  /** Another folder: ExifTool need not be started for each test. */
  async turnPage(): Promise<void> {
    this.#part += 1;
    await mkdir(this.at());
  }

  at(name = ''): string {
    return path.join(this.folder, 'photos', String(this.#part), name);
  }

  /** Puts a file into the folder, and into the catalog. Returns the photo's id. */
  async add(name: string, content: Uint8Array): Promise<number> {
    await writeFile(this.at(name), content);
    await this.scan();
    return this.idOf(name);
  }

  idOf(name: string): number {
    const id = this.catalog.connection
      .prepare<[string, string], number>(
        'SELECT photo.id FROM photo JOIN folder ON folder.id = folder_id WHERE name = ? AND relative_path = ?',
      )
      .pluck()
      .get(name, String(this.#part));
    if (id === undefined) throw new Error(`no photo ${name}`);
    return id;
  }

  scan() {
    return scanLibrary(this.#context);
  }

  embed(photoIds: readonly number[], options: EmbedOptions = {}) {
    const { isReplacing = false, filter = everything, onProgress } = options;
    return this.#embedding.write({ photoIds, filter, isReplacing }, { onProgress });
  }

  restore(photoIds: readonly number[]) {
    return this.#embedding.restore(photoIds);
  }

  tag(photoId: number, ...paths: readonly string[]): void {
    const { runs, tags } = this.catalog;
    const run = runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Tag' } });
    for (const tag of paths) tags.add(photoId, run, { path: tag, source: 'human' });
  }

  mark(photoId: number, change: MarkChange): void {
    const { runs, marks } = this.catalog;
    const run = runs.begin({ kind: 'edit', description: { kind: 'mark', change } });
    marks.apply(photoId, run, change);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#embedding[Symbol.asyncDispose]();
    await this.#test[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  get #context() {
    return {
      catalog: this.catalog,
      disk: realDisk,
      volumes: systemVolumes(realDisk, process.platform),
      debounceMs: 0,
      onEvent: () => undefined,
    };
  }
}

export const picture = sharp({
  create: {
    width: 64,
    height: 48,
    channels: 3,
    background: '#336699',
    noise: { type: 'gaussian', mean: 128, sigma: 60 },
  },
});
