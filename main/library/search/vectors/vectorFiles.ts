/** @file The files of one model's vectors: made, opened, checked and written. Main process, CLI. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { openForeignFile } from '../../../../native-models/foreignFile.ts';
import { fileSystemCode } from '../../files/fileSystemError.ts';
import { makePrivateFolder, privateFileMode } from '../../files/privateFiles.ts';
import { pooledVector } from './pooling.ts';
import { quantize } from './quantize.ts';
import { VectorError, vectorErrorOf } from './vectorError.ts';
import {
  codeLayout,
  codesPosition,
  decodeHeader,
  encodeHeader,
  exactBytes,
  exactPosition,
  type FileKind,
  fileKinds,
  fileNames,
  headBytes,
  headerBytes,
  headPosition,
  kindsOf,
  slotsWithin,
  type VectorShape,
} from './vectorLayout.ts';

interface OpenFile {
  readonly kind: FileKind;
  readonly handle: FileHandle;
}

export class VectorFiles implements AsyncDisposable {
  readonly folder: string;
  readonly shape: VectorShape;
  readonly #files: readonly OpenFile[];

  private constructor(folder: string, shape: VectorShape, files: readonly OpenFile[]) {
    this.folder = folder;
    this.shape = shape;
    this.#files = files;
  }

  /** Undefined where there are none. @throws VectorError VECTORS_DAMAGED when they do not belong together, … */
  static async open(folder: string, { readOnly }: { readOnly: boolean }): Promise<VectorFiles | undefined> {
    const files: OpenFile[] = [];
    try {
      const exact = await openFile(folder, 'exact', readOnly);
      if (exact === undefined) return undefined;
      files.push(exact);
      const header = await headerOf(folder, exact);
      for (const kind of kindsOf(header.shape).slice(1)) {
        const file = await openFile(folder, kind, readOnly);
        if (file === undefined) throw damaged(folder, kind);
        files.push(file);
        const { setId, shape } = await headerOf(folder, file);
        const isSame = setId === header.setId && shape.vectors === header.shape.vectors;
        if (!isSame || shape.size !== header.shape.size) throw damaged(folder, kind);
      }
      return new VectorFiles(folder, header.shape, files);
    } catch (error) {
      await closeAll(files);
      throw vectorErrorOf(error, folder);
    }
  }

  /** Makes empty files, in place of any that are there. @throws VectorError VECTORS_DISK_FULL, VECTORS_NOT_WRITABLE */
  static async create(folder: string, shape: VectorShape): Promise<VectorFiles> {
    const files: OpenFile[] = [];
    try {
      await VectorFiles.remove(folder);
      await makePrivateFolder(folder);
      const setId = randomBytes(16).toString('hex');
      // the exact file last: without it, the others count as not there
      for (const kind of kindsOf(shape).toReversed()) {
        const handle = await open(path.join(folder, fileNames[kind]), 'w+', privateFileMode);
        files.unshift({ kind, handle });
        await writeAll(handle, encodeHeader({ kind, shape, setId }), 0);
        await handle.sync();
      }
      return new VectorFiles(folder, shape, files);
    } catch (error) {
      await closeAll(files);
      throw vectorErrorOf(error, folder);
    }
  }

  /** Deletes the files of a folder, and the folder where nothing else is in it. */
  static async remove(folder: string): Promise<void> {
    for (const kind of fileKinds) await rm(path.join(folder, fileNames[kind]), { force: true });
  }

  /** The descriptor, for scan workers: all threads of a process share them. */
  descriptor(kind: FileKind): number {
    const file = this.#files.find((candidate) => candidate.kind === kind);
    if (file === undefined) throw new RangeError(`there is no file of ${kind} vectors`);
    return file.handle.fd;
  }

  /** Slots that all files hold whole. */
  async slots(): Promise<number> {
    const counts = await Promise.all(
      this.#files.map(async ({ kind, handle }) => slotsWithin(kind, this.shape, (await handle.stat()).size)),
    );
    return Math.min(...counts);
  }

  async read(slot: number): Promise<Float16Array> {
    const values = new Float16Array(this.shape.vectors * this.shape.size);
    const [exact] = this.#files;
    await exact?.handle.read(bytesOf(values), 0, exactBytes(this.shape), exactPosition(this.shape, slot));
    return values;
  }

  /** Durable only after `sync`. Returns the checksum of the values. @throws VectorError VECTORS_DISK_FULL, … */
  async write(slot: number, values: Float16Array): Promise<number> {
    try {
      for (const { kind, handle } of this.#files) {
        if (kind === 'exact') await writeAll(handle, bytesOf(values), exactPosition(this.shape, slot));
        else if (kind === 'scan') await writeCodes(handle, slot, values, this.shape);
        else await writeCodes(handle, slot, pooledVector(values, this.shape), { ...this.shape, vectors: 1 });
      }
      return checksumOf(values);
    } catch (error) {
      throw vectorErrorOf(error, this.folder);
    }
  }

  async sync(): Promise<void> {
    try {
      await Promise.all(this.#files.map(({ handle }) => handle.datasync()));
    } catch (error) {
      throw vectorErrorOf(error, this.folder);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#files);
  }
}

export function checksumOf(values: Float16Array): number {
  return crc32(bytesOf(values));
}

function bytesOf(values: Float16Array | Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

async function writeCodes(
  handle: FileHandle,
  slot: number,
  values: Float16Array | Float32Array,
  shape: VectorShape,
): Promise<void> {
  const layout = codeLayout(shape);
  const codes = new Int8Array(layout.slotBytes);
  const { scale, error } = quantize(values, shape, layout, codes);
  await writeAll(handle, bytesOf(codes), codesPosition(layout, slot));
  await writeAll(handle, bytesOf(Float32Array.of(scale, error)).subarray(0, headBytes), headPosition(layout, slot));
}

/** A disk that fills up may take a part of what it is given before it says so. */
async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function openFile(folder: string, kind: FileKind, readOnly: boolean): Promise<OpenFile | undefined> {
  try {
    return { kind, handle: (await openForeignFile(path.join(folder, fileNames[kind]), readOnly ? 'r' : 'r+')).handle };
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function headerOf(folder: string, { kind, handle }: OpenFile) {
  const buffer = Buffer.alloc(headerBytes);
  const { bytesRead } = await handle.read(buffer, 0, headerBytes, 0);
  const header = decodeHeader(buffer.subarray(0, bytesRead), path.join(folder, fileNames[kind]));
  if (header.kind !== kind) throw damaged(folder, kind);
  return header;
}

function damaged(folder: string, kind: FileKind): VectorError {
  const file = path.join(folder, fileNames[kind]);
  return new VectorError('VECTORS_DAMAGED', `The file ${file} is missing or does not belong to those beside it.`, {
    file,
  });
}

async function closeAll(files: readonly OpenFile[]): Promise<void> {
  for (const { handle } of files) await handle.close();
}
