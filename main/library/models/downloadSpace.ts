/** @file Whether the disk has room for a download and for what is made of it, asked before the first byte. Main process and CLI. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { CheckpointError } from '../../../native-models/checkpoint/checkpointError.ts';
import { parseSafetensorsStart, readSafetensorsStart } from '../../../native-models/checkpoint/safetensors.ts';
import { dtypeSizeBytes } from '../../../native-models/checkpoint/storedTensors.ts';
import { assertSpace } from '../../../native-models/compiler/modelError.ts';
import { type CheckpointDownload, sizeOf } from '../../../native-models/hub/checkpointDownload.ts';
import type { HubFile } from '../../../native-models/hub/hubRepository.ts';
import type { PrecisionChoice } from '../../../native-models/quantization/precision.ts';
import { arrivingBytes } from './arrivingWeights.ts';
import { neededRoom } from './neededRoom.ts';

/** The unit of `blocks` in what systems say of a file. */
const blockBytes = 512;

export interface DownloadPlaces {
  readonly cacheFolder: string;
  readonly modelsFolder: string;
  readonly precision: PrecisionChoice;
  /** Where weight files are compiled as they arrive: the folders that hold what earlier sessions have done. */
  readonly arrivingIn?: readonly string[];
}

/** @throws ModelError DISK_FULL; HubError */
export async function assertDownloadSpace(
  downloads: readonly [CheckpointDownload, ...CheckpointDownload[]],
  { cacheFolder, modelsFolder, precision, arrivingIn }: DownloadPlaces,
  signal: AbortSignal,
): Promise<void> {
  // an adapter changes weights and adds none
  const download = downloads.find(({ needed }) => needed.kind === 'checkpoint') ?? downloads[0];
  const remainingBytes = downloads.reduce((sum, one) => sum + one.remainingBytes, 0);
  const weights = { weights: await countWeights(download, signal), downloadBytes: sizeOf(download.needed.weights) };
  await Promise.all([cacheFolder, modelsFolder].map((folder) => mkdir(folder, { recursive: true })));
  if (arrivingIn !== undefined) {
    const largestFileBytes = arrivingBytes(download);
    const { modelBytes, checkpointBytes } = neededRoom({ ...weights, largestFileBytes }, precision);
    const thereBytes = await Promise.all(arrivingIn.map(diskBytes));
    const doneBytes = thereBytes.reduce((sum, bytes) => sum + bytes, 0);
    return await assertSpace(modelsFolder, modelBytes + checkpointBytes - doneBytes);
  }
  const { modelBytes } = neededRoom(weights, precision);
  const [cache, models] = await Promise.all([stat(cacheFolder), stat(modelsFolder)]);
  if (cache.dev === models.dev) {
    await assertSpace(modelsFolder, remainingBytes + modelBytes);
  } else {
    await assertSpace(cacheFolder, remainingBytes);
    await assertSpace(modelsFolder, modelBytes);
  }
}

/** What a folder's files take of the disk: those that are being written have holes. */
async function diskBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return files.reduce((sum, about) => sum + (about?.isFile() === true ? about.blocks * blockBytes : 0), 0);
}

/** Numbers in the weight files: as their headers say, or, where a file has none that can be read, as if it were in float32. */
async function countWeights(download: CheckpointDownload, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const file of download.needed.weights) {
    count += file.path.endsWith('.safetensors') ? await countTensors(download, file, signal) : file.sizeBytes / 4;
  }
  return count;
}

async function countTensors(download: CheckpointDownload, file: HubFile, signal: AbortSignal): Promise<number> {
  const { path: name, sizeBytes } = file;
  try {
    const start = await readSafetensorsStart(name, sizeBytes, (from, to) => download.read(file, { from, to }, signal));
    const tensors = parseSafetensorsStart(start, name, sizeBytes);
    return tensors.reduce((sum, tensor) => sum + tensor.sizeBytes / (dtypeSizeBytes[tensor.dtype] as number), 0);
  } catch (error) {
    // Bytes that are not checked yet: the whole file will be.
    if (error instanceof CheckpointError) return sizeBytes / 4;
    throw error;
  }
}
