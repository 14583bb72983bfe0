/** @file Whether the disk has room for a download and for what is made of it, asked before the first byte. Main process and CLI. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { dtypeSizeBytes } from '../../../native-models/checkpoint/dtypes.ts';
import { assertSpace } from '../../../native-models/compiler/diskFaults.ts';
import type { CheckpointDownload } from '../../../native-models/hub/checkpointDownload.ts';
import type { HubFile } from '../../../native-models/hub/hubRepository.ts';
import type { PrecisionChoice } from '../../../native-models/quantization/precision.ts';
import { arrivingBytes } from './arrivingWeights.ts';

/**
 * Bytes a weight, generously: scales, embeddings and norms are stored wider than the rest. The import asks exactly for
 * what it needs. `auto` is fp16 at most, and that on graphics cards only.
 */
const bytesByPrecision: Readonly<Record<PrecisionChoice, number>> = {
  fp32: 4,
  fp16: 2.1,
  int8: 1.25,
  int4: 0.85,
  auto: 1.25,
};

/** The unit of `blocks` in what systems say of a file. */
const blockBytes = 512;

const lengthBytes = 8;
const maxHeaderBytes = 64 << 20;
const headerSchema = z.record(
  z.string(),
  z.looseObject({ dtype: z.string().optional(), data_offsets: z.tuple([z.number(), z.number()]).optional() }),
);

export interface DownloadPlaces {
  readonly cacheFolder: string;
  readonly modelsFolder: string;
  readonly precision: PrecisionChoice;
  /** Where weight files are compiled as they arrive: the folders that hold what earlier sessions have done. */
  readonly arrivingIn?: readonly string[];
}

/** @throws ModelError DISK_FULL; HubError */
export async function assertDownloadSpace(
  download: CheckpointDownload,
  { cacheFolder, modelsFolder, precision, arrivingIn }: DownloadPlaces,
  signal: AbortSignal,
): Promise<void> {
  const weights = await countWeights(download, signal);
  const modelBytes = weights * bytesByPrecision[precision];
  await Promise.all([cacheFolder, modelsFolder].map((folder) => mkdir(folder, { recursive: true })));
  if (arrivingIn !== undefined) {
    const thereBytes = await Promise.all(arrivingIn.map(diskBytes));
    const doneBytes = thereBytes.reduce((sum, bytes) => sum + bytes, 0);
    return await assertSpace(modelsFolder, modelBytes + arrivingBytes(download) + carriedBytes(download) - doneBytes);
  }
  const [cache, models] = await Promise.all([stat(cacheFolder), stat(modelsFolder)]);
  if (cache.dev === models.dev) {
    await assertSpace(modelsFolder, download.remainingBytes + modelBytes);
  } else {
    await assertSpace(cacheFolder, download.remainingBytes);
    await assertSpace(modelsFolder, modelBytes);
  }
}

/** Tensors that wait for those of a file to come: at most the keys and values of T5's cross-attention, a twentieth of it. */
function carriedBytes({ needed: { weights } }: CheckpointDownload): number {
  return weights.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / 20;
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
  const length = await download.read(file, { from: 0, to: lengthBytes }, signal);
  const headerBytes = length.byteLength === lengthBytes ? Number(length.readBigUInt64LE()) : 0;
  const to = lengthBytes + Math.min(headerBytes, maxHeaderBytes);
  const header = headerSchema.safeParse(parsed(await download.read(file, { from: lengthBytes, to }, signal)));
  // Bytes that are not checked yet: the whole file will be.
  if (!header.success) return file.sizeBytes / 4;
  return Object.values(header.data).reduce((sum, { dtype = '', data_offsets: [from, end] = [0, 0] }) => {
    return sum + (end - from) / (dtypeSizeBytes[dtype] ?? 1);
  }, 0);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
