/** @file Everything that makes thumbnails and reads metadata, over a folder that is gone when the test is over. */
import path from 'node:path';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { DiskCache } from '../../../main/library/images/cache/diskCache.ts';
import { MetadataReader } from '../../../main/library/images/metadataReader.ts';
import { Renditions } from '../../../main/library/images/renditions.ts';
import { Thumbnails } from '../../../main/library/images/thumbnails.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

export interface ImageTools extends AsyncDisposable {
  readonly folder: string;
  readonly exifTool: LazyExifTool;
  readonly metadata: MetadataReader;
  readonly renditions: Renditions;
  readonly thumbnails: Thumbnails;
  readonly thumbnailFolder: string;
  readonly renditionFolder: string;
  readonly problems: readonly unknown[];
}

export async function openImageTools(options: { readonly photosAtOnce?: number } = {}): Promise<ImageTools> {
  const folder = await temporaryFolder();
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => {
    problems.push(error);
  };
  const exifTool = new LazyExifTool('These tests need', { processes: 2, taskTimeoutMs: 20_000 });
  const [thumbnailFolder, renditionFolder] = [
    path.join(folder.path, 'thumbnails'),
    path.join(folder.path, 'renditions'),
  ];
  const caches = [thumbnailFolder, renditionFolder].map(
    (cacheFolder) => new DiskCache({ folder: cacheFolder, maxBytes: 500e6, onProblem }),
  );
  const [thumbnailCache, renditionCache] = caches;
  if (thumbnailCache === undefined || renditionCache === undefined) throw new Error('two caches were made');
  const renditions = new Renditions(renditionCache, exifTool);
  const photosAtOnce = options.photosAtOnce ?? 2;
  return {
    folder: folder.path,
    exifTool,
    metadata: new MetadataReader(exifTool),
    renditions,
    thumbnails: new Thumbnails({ cache: thumbnailCache, renditions, photosAtOnce, onProblem }),
    thumbnailFolder,
    renditionFolder,
    problems,
    async [Symbol.asyncDispose]() {
      await renditions[Symbol.asyncDispose]();
      await exifTool[Symbol.asyncDispose]();
      for (const cache of caches) await cache.settled();
      await folder[Symbol.asyncDispose]();
    },
  };
}
