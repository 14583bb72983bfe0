/** @file A small library on real photos, captioned as the test says, for every test of the API and of the server. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { FolderLibrary } from '../../main/api/folderLibrary.ts';
import { findPhotos } from '../../main/library/photos/findPhotos.ts';
import { PacedCaptioner } from '../e2e/serve/pacedCaptioner.ts';

export class TestLibrary implements AsyncDisposable {
  readonly library: FolderLibrary;
  readonly captioner: PacedCaptioner;
  /** Holds the photos and, beside them, `page` with a small built interface. */
  readonly folder: string;
  readonly pageFolder: string;

  private constructor(library: FolderLibrary, captioner: PacedCaptioner, folder: string) {
    this.library = library;
    this.captioner = captioner;
    this.folder = folder;
    this.pageFolder = join(folder, 'page');
  }

  static async open(): Promise<TestLibrary> {
    const folder = await mkdtemp(join(tmpdir(), 'vignette-api-'));
    await writePhotos(join(folder, 'photos'));
    await mkdir(join(folder, 'page', 'assets'), { recursive: true });
    await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>Page</title>');
    await writeFile(join(folder, 'page', 'assets', 'app.js'), 'export {};');
    const { photos } = await findPhotos([join(folder, 'photos')], { cwd: folder });
    const captioner = new PacedCaptioner();
    const library = new FolderLibrary({ name: 'Test', photos, modelId: 'demo', caption: captioner.run });
    return new TestLibrary(library, captioner, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.library[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
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
}
