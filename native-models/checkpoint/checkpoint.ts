/**
 * @file A checkpoint folder as published: config files, and weights in one file or in shards, safetensors or PyTorch's own,
 * read by range. Compiler only.
 */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { fileIdentity } from '../fileIdentity.ts';
import { CheckpointError } from './checkpointError.ts';
import { openWeightFile, readJsonFile } from './checkpointFiles.ts';
import { readFully, type TensorEntry } from './safetensors.ts';
import { sharedNames } from './sharedTensors.ts';
import { refuseOtherKinds, unwrappedName } from './tensorNames.ts';
import type { TensorSource } from './tensorSource.ts';
import { findWeightFiles } from './weightLayout.ts';

/** One weight file of a checkpoint. */
export interface WeightFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the file that was opened, see `fileIdentity`. */
  readonly identity: string;
}

type PlacedEntry = TensorEntry & { readonly handle: FileHandle; readonly file: string };

/** An open checkpoint: the headers of all its tensors are known and valid, their bytes are read on demand. */
export class Checkpoint implements TensorSource, AsyncDisposable {
  readonly folder: string;
  readonly files: readonly WeightFile[];
  readonly #entries: ReadonlyMap<string, PlacedEntry>;
  /** Names of tensors that are stored under another one. */
  readonly #shared: ReadonlyMap<string, string>;
  readonly #handles: readonly FileHandle[];

  private constructor(
    folder: string,
    files: readonly WeightFile[],
    { entries, shared }: { entries: ReadonlyMap<string, PlacedEntry>; shared: ReadonlyMap<string, string> },
    handles: readonly FileHandle[],
  ) {
    this.folder = folder;
    this.files = files;
    this.#entries = entries;
    this.#shared = shared;
    this.#handles = handles;
  }

  /**
   * Opens the weights of `folder`: `model.safetensors` or its shards, otherwise `pytorch_model.bin` likewise. Tensors go
   * by the names that the model gave them, without those of wrappers that it was trained in.
   * @throws CheckpointError when the folder is no checkpoint, a shard is missing or a header is invalid
   */
  static async open(folder: string): Promise<Checkpoint> {
    const { names, weightMap, readHeader } = await findWeightFiles(folder);
    const handles: FileHandle[] = [];
    const files: WeightFile[] = [];
    const entries = new Map<string, PlacedEntry>();
    try {
      for (const name of names) {
        const file = path.join(folder, name);
        const handle = await openWeightFile(file);
        handles.push(handle);
        const about = await handle.stat({ bigint: true });
        files.push({ path: file, sizeBytes: Number(about.size), identity: fileIdentity(about) });
        for (const entry of await readHeader(handle, file)) {
          const tensor = unwrappedName(entry.name);
          if (entries.has(tensor)) {
            throw new CheckpointError('CHECKPOINT_HEADER_INVALID', `Tensor ${tensor} is in the checkpoint twice.`, {
              file,
              tensor,
            });
          }
          if (weightMap !== undefined && weightMap[entry.name] !== name) {
            throw new CheckpointError(
              'CHECKPOINT_TENSOR_UNEXPECTED',
              `${name} holds tensor ${entry.name}, which the index places elsewhere or not at all.`,
              { file, tensor: entry.name },
            );
          }
          entries.set(tensor, { ...entry, name: tensor, handle, file });
        }
      }
      const promised = Object.entries(weightMap ?? {}).map(([tensor, name]) => [unwrappedName(tensor), name] as const);
      const shared = sharedNames(
        entries,
        new Map(promised.map(([tensor, name]) => [tensor, path.join(folder, name)] as const)),
      );
      for (const [tensor, name] of promised) {
        if (!entries.has(tensor) && !shared.has(tensor)) {
          throw new CheckpointError(
            'CHECKPOINT_TENSOR_MISSING',
            `The index promises tensor ${tensor} in ${name}, but it is not there.`,
            { tensor, file: name },
          );
        }
      }
      refuseOtherKinds(entries.keys());
      return new Checkpoint(folder, files, { entries, shared }, handles);
    } catch (error) {
      await Promise.all(handles.map((handle) => handle.close()));
      throw error;
    }
  }

  /** As they are stored: of names for one tensor, one. */
  tensorNames(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(tensor: string): boolean {
    return this.#entries.has(tensor) || this.#shared.has(tensor);
  }

  /** @throws CheckpointError CHECKPOINT_TENSOR_MISSING */
  entry(tensor: string): TensorEntry {
    return this.#find(tensor);
  }

  /** Reads `target.byteLength` bytes of a tensor, from `offsetBytes` within the tensor. */
  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const entry = this.#find(tensor);
    if (offsetBytes < 0 || offsetBytes + target.byteLength > entry.sizeBytes) {
      throw new RangeError(
        `bytes ${offsetBytes}+${target.byteLength} are outside tensor ${tensor} of ${entry.sizeBytes} bytes`,
      );
    }
    await readFully(entry.handle, target, entry.offsetBytes + offsetBytes, entry.file);
  }

  /** Parses a JSON file of the folder; undefined when it does not exist. */
  readJson(name: string): Promise<unknown> {
    return readJsonFile(path.join(this.folder, name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
  }

  #find(tensor: string) {
    const entry = this.#entries.get(this.#shared.get(tensor) ?? tensor);
    if (entry === undefined) {
      const alike = [...this.#entries.keys()].find((name) => name.endsWith(`.${tensor}`));
      const hint = alike === undefined ? '' : ` It has ${alike}: it was saved as a part of something else.`;
      throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', `The checkpoint has no tensor ${tensor}.${hint}`, {
        folder: this.folder,
        tensor,
      });
    }
    return entry;
  }
}
