/**
 * @file A checkpoint folder as published: config files, and weights in one file or in shards, safetensors or PyTorch's own,
 * read by range. Compiler only.
 */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileIdentity } from '../fileIdentity.ts';
import { openWeightFile, readJsonFile } from './checkpointFiles.ts';
import { readFully, type TensorEntry } from './safetensors.ts';
import type { TensorSource } from './storedTensors.ts';
import { refuseOtherKinds } from './tensorNames.ts';
import { type TensorsOfFile, TensorTable } from './tensorTable.ts';
import { type FoundWeights, findWeightFiles } from './weightLayout.ts';

/** One weight file of a checkpoint. */
export interface WeightFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the file that was opened, see `fileIdentity`. */
  readonly identity: string;
}

/** An open checkpoint: the headers of all its tensors are known and valid, their bytes are read on demand. */
export class Checkpoint implements TensorSource, AsyncDisposable {
  readonly folder: string;
  readonly files: readonly WeightFile[];
  readonly #table: TensorTable;
  /** By the paths of the files. */
  readonly #handles: ReadonlyMap<string, FileHandle>;

  private constructor(
    folder: string,
    files: readonly WeightFile[],
    table: TensorTable,
    handles: ReadonlyMap<string, FileHandle>,
  ) {
    this.folder = folder;
    this.files = files;
    this.#table = table;
    this.#handles = handles;
  }

  /**
   * Opens the weights of `folder`: `model.safetensors` or its shards, otherwise `pytorch_model.bin` likewise.
   * @throws CheckpointError when the folder is no checkpoint, a shard is missing or a header is invalid
   */
  static async open(folder: string): Promise<Checkpoint> {
    const checkpoint = await Checkpoint.openFiles(folder, await findWeightFiles(folder));
    try {
      refuseOtherKinds(checkpoint.tensorNames());
      return checkpoint;
    } catch (error) {
      await checkpoint[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens these files of `folder`, whatever their tensors are. @throws CheckpointError */
  static async openFiles(folder: string, { names, weightMap, readHeader }: FoundWeights): Promise<Checkpoint> {
    const handles = new Map<string, FileHandle>();
    const files: WeightFile[] = [];
    const tensors: TensorsOfFile[] = [];
    try {
      for (const name of names) {
        const file = path.join(folder, name);
        const handle = await openWeightFile(file);
        handles.set(file, handle);
        const about = await handle.stat({ bigint: true });
        files.push({ path: file, sizeBytes: Number(about.size), identity: fileIdentity(about) });
        tensors.push({ file, entries: await readHeader(handle, file) });
      }
      return new Checkpoint(folder, files, new TensorTable(folder, tensors, weightMap), handles);
    } catch (error) {
      await Promise.all([...handles.values()].map((handle) => handle.close()));
      throw error;
    }
  }

  tensorNames(): readonly string[] {
    return this.#table.names();
  }

  has(tensor: string): boolean {
    return this.#table.has(tensor);
  }

  /** @throws CheckpointError CHECKPOINT_TENSOR_MISSING */
  entry(tensor: string): TensorEntry {
    return this.#table.entry(tensor);
  }

  /** Reads `target.byteLength` bytes of a tensor, from `offsetBytes` within the tensor. */
  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const entry = this.#table.entry(tensor);
    if (offsetBytes < 0 || offsetBytes + target.byteLength > entry.sizeBytes) {
      throw new RangeError(
        `bytes ${offsetBytes}+${target.byteLength} are outside tensor ${tensor} of ${entry.sizeBytes} bytes`,
      );
    }
    const handle = this.#handles.get(entry.file) as FileHandle;
    await readFully(handle, target, entry.offsetBytes + offsetBytes, entry.file);
  }

  /** Parses a JSON file of the folder; undefined when it does not exist. */
  readJson(name: string): Promise<unknown> {
    return readJsonFile(path.join(this.folder, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#handles.values()].map((handle) => handle.close()));
  }
}
