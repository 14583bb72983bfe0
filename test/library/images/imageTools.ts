/** @file Everything that makes thumbnails and reads metadata, over a folder that is gone when the test is over. */
import path from 'node:path';
import { DiskCache } from '../../../main/library/files/diskCache.ts';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { MetadataReader } from '../../../main/library/images/metadataReader.ts';
import {
  PictureProcesses,
  type PictureProcessesOptions,
} from '../../../main/library/images/process/pictureProcesses.ts';
import { type ProblemStore, Quarantine } from '../../../main/library/images/quarantine.ts';
import { Renditions } from '../../../main/library/images/renditions.ts';
import { Thumbnails } from '../../../main/library/images/thumbnails.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

export interface ImageTools extends AsyncDisposable {
  readonly folder: string;
  readonly exifTool: LazyExifTool;
  /** In this process, as a picture process does it. */
  readonly metadata: MetadataReader;
  readonly pictures: PictureProcesses;
  readonly quarantine: Quarantine;
  readonly renditions: Renditions;
  readonly thumbnails: Thumbnails;
  readonly thumbnailFolder: string;
  readonly renditionFolder: string;
  readonly problems: readonly unknown[];
}

/** A catalog's memory of what cannot be read. */
export function problemStore(): ProblemStore {
  const problems = new Map<string, { code: string; message: string }>();
  return {
    problemOf: (fingerprint) => problems.get(fingerprint),
    setProblemOf: (fingerprint, problem) => void problems.set(fingerprint, problem),
  };
}

export async function openImageTools(options: PictureProcessesOptions = {}): Promise<ImageTools> {
  const folder = await temporaryFolder();
  const problems: unknown[] = [];
  const onProblem = (error: unknown) => {
    problems.push(error);
  };
  const exifTool = new LazyExifTool('These tests need', { processes: 2, taskTimeoutMs: 20_000 });
  const thumbnailFolder = path.join(folder.path, 'thumbnails');
  const renditionFolder = path.join(folder.path, 'renditions');
  const cache = new DiskCache({ folder: thumbnailFolder, maxBytes: 500e6, onProblem });
  const renditionCache = new DiskCache({ folder: renditionFolder, maxBytes: 500e6, onProblem });
  const pictures = new PictureProcesses(options);
  const quarantine = new Quarantine(problemStore());
  const renditions = new Renditions({ cache: renditionCache, pictures, quarantine });
  return {
    folder: folder.path,
    exifTool,
    metadata: new MetadataReader(exifTool),
    pictures,
    quarantine,
    renditions,
    thumbnails: new Thumbnails({ cache, renditions, pictures, quarantine, onProblem }),
    thumbnailFolder,
    renditionFolder,
    problems,
    async [Symbol.asyncDispose]() {
      await pictures[Symbol.asyncDispose]();
      await exifTool[Symbol.asyncDispose]();
      for (const kept of [cache, renditionCache]) await kept.settled();
      await folder[Symbol.asyncDispose]();
    },
  };
}
