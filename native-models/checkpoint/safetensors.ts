/**
 * @file Reads the header of a safetensors file and checks every word of it before a byte of data is trusted, and writes
 * tensors into such a file. Compiler only.
 * Format: https://github.com/huggingface/safetensors#format
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { CheckpointError } from './checkpointError.ts';
import { dtypeSizeBytes, type TensorSource } from './storedTensors.ts';

/** A published 13-billion-parameter header is below 200 kB. The reference library allows ten times as much, which takes a gigabyte to parse. */
const maxHeaderBytes = 10_000_000;

/** A file begins with the length of its header. */
const lengthBytes = 8;

/** Of all that comes before the first tensor. */
export const maxStartBytes = lengthBytes + maxHeaderBytes;

/** Where one tensor lies in its file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute position in the file. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Under which else the file says that it would be stored, were it not the same tensor. */
  readonly otherNames?: readonly string[];
}

const headerSchema = z.record(
  z.string(),
  z.strictObject({
    dtype: z.string(),
    shape: z.array(z.int().min(0)),
    data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
  }),
);

/** Reads and validates the header of an open safetensors file. @throws CheckpointError as the two parts of it */
export async function readSafetensorsHeader(handle: FileHandle, file: string): Promise<TensorEntry[]> {
  const { size: fileBytes } = await handle.stat();
  const start = await readSafetensorsStart(file, fileBytes, async (from, to) => {
    const bytes = Buffer.alloc(to - from);
    await readFully(handle, bytes, from, file);
    return bytes;
  });
  return parseSafetensorsStart(start, file, fileBytes);
}

/**
 * The bytes of a file up to its first tensor.
 * @param read the bytes of the file from one position up to another
 * @throws CheckpointError CHECKPOINT_TRUNCATED or CHECKPOINT_HEADER_INVALID; what `read` throws
 */
export async function readSafetensorsStart(
  file: string,
  fileBytes: number,
  read: (from: number, to: number) => Promise<Buffer>,
): Promise<Buffer> {
  const name = path.basename(file);
  if (fileBytes < lengthBytes) {
    throw new CheckpointError(
      'CHECKPOINT_TRUNCATED',
      `${name} is cut off: it has ${fileBytes} bytes, less than a header.`,
      { file, fileBytes },
    );
  }
  const length = await read(0, lengthBytes);
  const headerBytes = length.readBigUInt64LE();
  if (headerBytes > BigInt(maxHeaderBytes)) {
    throw invalidFile(file, `its header claims ${headerBytes} bytes`, { headerBytes: String(headerBytes) });
  }
  const dataStart = lengthBytes + Number(headerBytes);
  if (dataStart > fileBytes) {
    throw new CheckpointError(
      'CHECKPOINT_TRUNCATED',
      `${name} is cut off: its header claims ${headerBytes} bytes, the file has ${fileBytes}.`,
      { file, fileBytes, headerBytes: Number(headerBytes) },
    );
  }
  return Buffer.concat([length, await read(lengthBytes, dataStart)]);
}

/**
 * The tensors of a file of which `start` is all that comes before them. The format's own rules hold: offsets in range and
 * in order of size × elements, no overlap, no hole, nothing after the last tensor.
 * @throws CheckpointError CHECKPOINT_TRUNCATED, CHECKPOINT_HEADER_INVALID or CHECKPOINT_TENSOR_DTYPE
 */
export function parseSafetensorsStart(start: Buffer, file: string, fileBytes: number): TensorEntry[] {
  const name = path.basename(file);
  const invalid = (...problem: ProblemOfFile) => invalidFile(file, ...problem);
  const dataStart = start.length;
  let raw: unknown;
  try {
    raw = JSON.parse(start.toString('utf8', lengthBytes));
  } catch (cause) {
    throw invalid('its header is not JSON', {}, cause);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw invalid('its header is not an object');
  const { __metadata__: metadata, ...tensors } = raw as Record<string, unknown>;
  const parsed = headerSchema.safeParse(tensors);
  if (!parsed.success)
    throw invalid(`its header is malformed (${z.prettifyError(parsed.error).split('\n', 1)[0]})`, {}, parsed.error);

  const entries = Object.entries(parsed.data).map(
    ([
      tensor,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]): TensorEntry => {
      const elementBytes = dtypeSizeBytes[dtype];
      if (elementBytes === undefined) {
        throw new CheckpointError(
          'CHECKPOINT_TENSOR_DTYPE',
          `${name}: tensor ${tensor} has the unknown type ${dtype}.`,
          { file, tensor, dtype },
        );
      }
      const sizeBytes = shape.reduce((product, dim) => product * dim, elementBytes);
      if (!Number.isSafeInteger(sizeBytes)) throw invalid(`tensor ${tensor} is impossibly large`, { tensor, shape });
      if (end - begin !== sizeBytes) {
        throw invalid(
          `tensor ${tensor} of shape [${shape.join(', ')}] takes ${sizeBytes} bytes but is given ${end - begin}`,
          { tensor, shape, begin, end },
        );
      }
      return { name: tensor, dtype, shape, offsetBytes: dataStart + begin, sizeBytes };
    },
  );

  let position = dataStart;
  for (const entry of entries.toSorted((a, b) => a.offsetBytes - b.offsetBytes || a.sizeBytes - b.sizeBytes)) {
    if (entry.offsetBytes < position)
      throw invalid(`tensor ${entry.name} overlaps the one before it`, { tensor: entry.name });
    if (entry.offsetBytes > position)
      throw invalid(`there is a hole before tensor ${entry.name}`, { tensor: entry.name });
    position += entry.sizeBytes;
  }
  if (position > fileBytes) {
    throw new CheckpointError(
      'CHECKPOINT_TRUNCATED',
      `${name} is cut off: its tensors need ${position} bytes, the file has ${fileBytes}. Download it again.`,
      { file, fileBytes, neededBytes: position },
    );
  }
  if (position < fileBytes)
    throw invalid(`there are ${fileBytes - position} bytes after the last tensor`, {
      fileBytes,
      neededBytes: position,
    });
  return entries.map((entry) => withOtherNames(entry, metadata));
}

/** What wrote the file noted the names that it left out, each with the one that it kept. */
function withOtherNames(entry: TensorEntry, metadata: unknown): TensorEntry {
  const notes = Object.entries(z.record(z.string(), z.unknown()).safeParse(metadata).data ?? {});
  const otherNames = notes.filter(([, kept]) => kept === entry.name).map(([name]) => name);
  return otherNames.length === 0 ? entry : { ...entry, otherNames };
}

type ProblemOfFile = [what: string, details?: Readonly<Record<string, unknown>>, cause?: unknown];

function invalidFile(file: string, ...[what, details = {}, cause]: ProblemOfFile): CheckpointError {
  const message = `${path.basename(file)} is not a valid safetensors file: ${what}.`;
  return new CheckpointError('CHECKPOINT_HEADER_INVALID', message, { file, ...details }, cause);
}

/** Fills `target` from `positionBytes` on. A file that ends sooner than it did when it was opened is an error. */
export async function readFully(
  handle: FileHandle,
  target: Uint8Array,
  positionBytes: number,
  file: string,
): Promise<void> {
  let done = 0;
  while (done < target.byteLength) {
    const { bytesRead } = await handle.read(target, done, target.byteLength - done, positionBytes + done);
    if (bytesRead === 0) {
      throw new CheckpointError('CHECKPOINT_TRUNCATED', `${path.basename(file)} ended while it was being read.`, {
        file,
        positionBytes: positionBytes + done,
      });
    }
    done += bytesRead;
  }
}

const pieceBytes = 8 << 20;

/**
 * Writes a new safetensors file and flushes it to the disk.
 * @param names as the tensors are to be called
 * @throws the file system's error, EEXIST where there is such a file; the signal's reason
 */
export async function writeSafetensors(
  file: string,
  names: readonly string[],
  tensors: TensorSource,
  signal?: AbortSignal,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using handle = await open(file, 'wx');
  const append = async (bytes: Uint8Array) => {
    signal?.throwIfAborted();
    await handle.appendFile(bytes);
    hash.update(bytes);
    sizeBytes += bytes.byteLength;
  };
  await append(startOf(names, tensors));
  const buffer = new Uint8Array(pieceBytes);
  for (const name of names) {
    const total = tensors.entry(name).sizeBytes;
    for (let done = 0; done < total; done += pieceBytes) {
      const piece = buffer.subarray(0, Math.min(pieceBytes, total - done));
      await tensors.read(name, done, piece);
      await append(piece);
    }
  }
  await handle.sync();
  return { sizeBytes, sha256: hash.digest('hex') };
}

function startOf(names: readonly string[], tensors: TensorSource): Buffer {
  let position = 0;
  const header = names.map((name) => {
    const { dtype, shape, sizeBytes } = tensors.entry(name);
    const begin = position;
    position += sizeBytes;
    return [name, { dtype, shape, data_offsets: [begin, position] }];
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json]);
}
