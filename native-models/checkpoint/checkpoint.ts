/**
 * @file A checkpoint folder as published: config files, and weights in one file or in shards, safetensors or PyTorch's own,
 * read by range. Compiler only.
 */
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { pathExists } from '../pathExists.ts';
import { CheckpointError } from './checkpointError.ts';
import { readTorchWeights } from './pickle/torchWeights.ts';
import { readFully, readSafetensorsHeader, type TensorEntry } from './safetensors.ts';

/** One weight file of a checkpoint. */
export interface WeightFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A way of storing weights: in one file, or in shards that an index lists. */
interface WeightLayout {
  readonly singleFile: string;
  readonly indexFile: string;
  readonly readHeader: (handle: FileHandle, file: string) => Promise<TensorEntry[]>;
}

/** The first that a folder has is read: where both are published they hold the same weights, and the first is simpler. */
const weightLayouts: readonly WeightLayout[] = [
  {
    singleFile: 'model.safetensors',
    indexFile: 'model.safetensors.index.json',
    readHeader: readSafetensorsHeader,
  },
  {
    singleFile: 'pytorch_model.bin',
    indexFile: 'pytorch_model.bin.index.json',
    readHeader: readTorchWeights,
  },
];

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** An open checkpoint: the headers of all its tensors are known and valid, their bytes are read on demand. */
export class Checkpoint implements AsyncDisposable {
  readonly folder: string;
  readonly files: readonly WeightFile[];
  readonly #entries: ReadonlyMap<string, TensorEntry & { readonly handle: FileHandle; readonly file: string }>;
  readonly #handles: readonly FileHandle[];

  private constructor(
    folder: string,
    files: readonly WeightFile[],
    entries: ReadonlyMap<string, TensorEntry & { handle: FileHandle; file: string }>,
    handles: readonly FileHandle[],
  ) {
    this.folder = folder;
    this.files = files;
    this.#entries = entries;
    this.#handles = handles;
  }

  /**
   * Opens the weights of `folder`: `model.safetensors` or the shards that its index lists, otherwise `pytorch_model.bin`
   * likewise.
   * @throws CheckpointError when the folder is no checkpoint, a shard is missing or a header is invalid
   */
  static async open(folder: string): Promise<Checkpoint> {
    const { names, weightMap, readHeader } = await findWeightFiles(folder);
    const handles: FileHandle[] = [];
    const files: WeightFile[] = [];
    const entries = new Map<string, TensorEntry & { handle: FileHandle; file: string }>();
    try {
      for (const name of names) {
        const file = path.join(folder, name);
        const handle = await openWeightFile(file, name);
        handles.push(handle);
        const { size, mtimeMs } = await handle.stat();
        files.push({ path: file, sizeBytes: size, modifiedMs: mtimeMs });
        for (const entry of await readHeader(handle, file)) {
          if (entries.has(entry.name)) {
            throw new CheckpointError(
              'CHECKPOINT_HEADER_INVALID',
              `Tensor ${entry.name} is in two files of the checkpoint.`,
              { file, tensor: entry.name },
            );
          }
          if (weightMap !== undefined && weightMap[entry.name] !== name) {
            throw new CheckpointError(
              'CHECKPOINT_TENSOR_UNEXPECTED',
              `${name} holds tensor ${entry.name}, which the index places elsewhere or not at all.`,
              { file, tensor: entry.name },
            );
          }
          entries.set(entry.name, { ...entry, handle, file });
        }
      }
      for (const [tensor, name] of Object.entries(weightMap ?? {})) {
        if (!entries.has(tensor)) {
          throw new CheckpointError(
            'CHECKPOINT_TENSOR_MISSING',
            `The index promises tensor ${tensor} in ${name}, but it is not there.`,
            { tensor, file: name },
          );
        }
      }
      return new Checkpoint(folder, files, entries, handles);
    } catch (error) {
      await Promise.all(handles.map((handle) => handle.close()));
      throw error;
    }
  }

  tensorNames(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(tensor: string): boolean {
    return this.#entries.has(tensor);
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
    const entry = this.#entries.get(tensor);
    if (entry === undefined) {
      throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', `The checkpoint has no tensor ${tensor}.`, {
        folder: this.folder,
        tensor,
      });
    }
    return entry;
  }
}

/** Parses a JSON file; undefined when it does not exist, CHECKPOINT_CONFIG_INVALID when it is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(
      'CHECKPOINT_CONFIG_INVALID',
      `${path.basename(file)} is not valid JSON.`,
      { file },
      cause,
    );
  }
}

/** The names of the weight files, how to read them, and what the index says lies in which. */
interface FoundWeights {
  readonly names: readonly string[];
  readonly weightMap?: Readonly<Record<string, string>>;
  readonly readHeader: WeightLayout['readHeader'];
}

async function findWeightFiles(folder: string): Promise<FoundWeights> {
  const info = await stat(folder).catch(() => undefined);
  if (info === undefined) {
    throw new CheckpointError('CHECKPOINT_NOT_FOUND', `There is no folder ${folder}.`, { folder });
  }
  if (!info.isDirectory()) {
    throw new CheckpointError(
      'CHECKPOINT_NOT_A_CHECKPOINT',
      `${folder} is a file. Give the folder that holds config.json and the weights.`,
      { folder },
    );
  }
  if (!(await pathExists(path.join(folder, 'config.json')))) {
    throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', `${folder} is not a checkpoint: it has no config.json.`, {
      folder,
    });
  }
  for (const { singleFile, indexFile, readHeader } of weightLayouts) {
    const index = await readJsonFile(path.join(folder, indexFile));
    if (index !== undefined) return { ...parseIndex(index, folder, indexFile), readHeader };
    if (await pathExists(path.join(folder, singleFile))) return { names: [singleFile], readHeader };
  }
  const known = weightLayouts.map(({ singleFile }) => singleFile).join(' nor ');
  throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', `${folder} is not a checkpoint: it has neither ${known}.`, {
    folder,
  });
}

function parseIndex(index: unknown, folder: string, indexFile: string): Pick<FoundWeights, 'names' | 'weightMap'> {
  const parsed = indexSchema.safeParse(index);
  const names = parsed.success ? [...new Set(Object.values(parsed.data.weight_map))].sort() : [];
  if (!parsed.success || names.length === 0 || names.some((name) => path.basename(name) !== name || name === '..')) {
    throw new CheckpointError('CHECKPOINT_CONFIG_INVALID', `${indexFile} is malformed.`, { folder }, parsed.error);
  }
  return { names, weightMap: parsed.data.weight_map };
}

async function openWeightFile(file: string, name: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (cause) {
    if (isNotFound(cause)) {
      throw new CheckpointError(
        'CHECKPOINT_SHARD_MISSING',
        `The weight file ${name} is missing. Download it again.`,
        { file },
        cause,
      );
    }
    throw cause;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
