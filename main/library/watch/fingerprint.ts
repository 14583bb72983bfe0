/** @file Reads as much of a file as it takes to tell its content from any other. Main process, CLI. */
import { hash } from 'node:crypto';
import type { ReadFile } from '../catalog/photos/photoPlaces.ts';
import type { Disk, DiskState, OpenFile } from '../photos/disk.ts';
import { type FileState, isSameState, stateWhenRead } from '../photos/fileState.ts';

/** Files up to this size are read whole. */
export const wholeLimitBytes = 256 * 1024;
const sampleBytes = 64 * 1024;
const sampleCount = wholeLimitBytes / sampleBytes;
const sizeBytes = 8;

/** Room for reading one file at a time. */
export function fingerprintBuffer(): Buffer {
  return Buffer.allocUnsafe(sizeBytes + wholeLimitBytes);
}

/**
 * The SHA-256 of the size and of the content, or of four samples of it. The samples lie at the ends, where metadata are,
 * and evenly between.
 * Undefined when the file is not as it was before any more: someone is still writing it.
 */
export async function readFingerprint(
  disk: Disk,
  path: string,
  before: FileState,
  buffer: Buffer,
): Promise<ReadFile | undefined> {
  await using file = await disk.open(path);
  const isWhole = before.sizeBytes <= wholeLimitBytes;
  const used = sizeBytes + (isWhole ? before.sizeBytes : wholeLimitBytes);
  buffer.writeBigUInt64LE(BigInt(before.sizeBytes));
  const isComplete = isWhole
    ? (await file.read(buffer.subarray(sizeBytes, used), 0)) === before.sizeBytes
    : await readSamples(file, before.sizeBytes, buffer);
  const readAtMs = Date.now();
  const after = await file.state();
  if (!isComplete || !isSameState(before, after)) {
    return undefined;
  }
  return {
    ...stateWhenRead(stateOf(after), readAtMs),
    fingerprint: hash('sha256', buffer.subarray(0, used), 'buffer'),
    contentSha256: isWhole ? hash('sha256', buffer.subarray(sizeBytes, used), 'buffer') : null,
  };
}

async function readSamples(file: OpenFile, fileBytes: number, buffer: Buffer): Promise<boolean> {
  for (let sample = 0; sample < sampleCount; sample += 1) {
    const start = Math.floor(((fileBytes - sampleBytes) * sample) / (sampleCount - 1));
    const target = buffer.subarray(sizeBytes + sample * sampleBytes, sizeBytes + (sample + 1) * sampleBytes);
    if ((await file.read(target, start)) !== sampleBytes) return false;
  }
  return true;
}

function stateOf({ sizeBytes: size, modifiedMs, changedMs, modifiedNs, changedNs, fileNumber }: DiskState): FileState {
  return { sizeBytes: size, modifiedMs, changedMs, modifiedNs, changedNs, fileNumber };
}
