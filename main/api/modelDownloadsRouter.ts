/** @file The contract's known models and their downloads. Main process and server. */
import { statfs } from 'node:fs/promises';
import type { Precision, PrecisionChoice } from '../../native-models/quantization/precision.ts';
import type { KnownModel, ModelDownload } from '../../preload/contract/modelDownloads.ts';
import type { KnownModelHere } from '../library/models/knownModelList.ts';
import { diskRoomOf } from '../library/models/knownModels.ts';
import type { ModelDownload as LibraryDownload } from '../library/models/modelDownloads.ts';
import { api } from './implementation.ts';

export const modelDownloadsRouter = api.modelDownloads.router({
  known: api.modelDownloads.known.handler(async ({ context: { app }, input: { measure } }) => ({
    models: (await app.machine.knownModels(measure)).map(knownModelOf),
    freeDiskBytes: await freeBytes(app.catalog.libraryFolder),
  })),
  inspect: api.modelDownloads.inspect.handler(async ({ context: { app }, input, signal }) => [
    ...(await app.modelDownloads.inspect(input, signal)),
  ]),
  start: api.modelDownloads.start.handler(async ({ context: { app }, input }) =>
    downloadOf(await app.modelDownloads.start(input)),
  ),
  pause: api.modelDownloads.pause.handler(async ({ context: { app }, input }) => {
    await app.modelDownloads.pause(input.id);
  }),
  resume: api.modelDownloads.resume.handler(async ({ context: { app }, input }) => {
    await app.modelDownloads.resume(input.id);
  }),
  cancel: api.modelDownloads.cancel.handler(({ context: { app }, input }) => app.modelDownloads.cancel(input.id)),
});

export function downloadOf({ revision: _, licenses, ...download }: LibraryDownload): ModelDownload {
  return { ...download, licenses: [...licenses] };
}

function knownModelOf({ model, precision, fits, installedIds, isRecommended }: KnownModelHere): KnownModel {
  const { repo, uses, languages, license, downloadBytes, work } = model;
  const diskIn = (choice: PrecisionChoice) => ({
    removedBytes: diskRoomOf(model, choice, false),
    keptBytes: diskRoomOf(model, choice, true),
  });
  const inPrecision = (wanted: Precision) => ({ sizeBytes: work.sizes[wanted], fit: fits[wanted] });
  return {
    repo,
    license,
    downloadBytes,
    precision,
    recommended: isRecommended,
    uses: [...uses],
    languages: [...languages],
    installedIds: [...installedIds],
    precisions: {
      fp32: inPrecision('fp32'),
      fp16: inPrecision('fp16'),
      int8: inPrecision('int8'),
      int4: inPrecision('int4'),
    },
    disk: {
      auto: diskIn('auto'),
      fp32: diskIn('fp32'),
      fp16: diskIn('fp16'),
      int8: diskIn('int8'),
      int4: diskIn('int4'),
    },
  };
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
