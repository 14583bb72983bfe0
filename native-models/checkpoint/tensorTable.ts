/** @file Which tensors a checkpoint has and in which of its files each lies, by their headers and the index, and which names stand for one tensor. Compiler only. */
import path from 'node:path';
import { CheckpointError } from './checkpointError.ts';
import type { TensorEntry } from './safetensors.ts';
import { unwrappedName } from './tensorNames.ts';

/** A tensor, and the path of its file. */
export type PlacedTensor = TensorEntry & { readonly file: string };

export interface TensorsOfFile {
  readonly file: string;
  readonly entries: readonly TensorEntry[];
}

/** Tensors go by the names that the model gave them, without those of wrappers that it was trained in. */
export class TensorTable {
  readonly #folder: string;
  readonly #entries: ReadonlyMap<string, PlacedTensor>;
  /** Names of tensors that are stored under another one. */
  readonly #shared: ReadonlyMap<string, string>;

  /**
   * @param weightMap the file of each tensor, by the index
   * @throws CheckpointError where files and index do not fit together
   */
  constructor(folder: string, files: readonly TensorsOfFile[], weightMap?: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#entries = placedTensors(files, weightMap);
    const promised = Object.entries(weightMap ?? {}).map(([tensor, name]) => [unwrappedName(tensor), name] as const);
    const promisedPlaces = new Map(promised.map(([tensor, name]) => [tensor, path.join(folder, name)] as const));
    this.#shared = sharedNames(this.#entries, promisedPlaces);
    for (const [tensor, name] of promised) {
      if (this.has(tensor)) continue;
      throw new CheckpointError(
        'CHECKPOINT_TENSOR_MISSING',
        `The index promises tensor ${tensor} in ${name}, but it is not there.`,
        { tensor, file: name },
      );
    }
  }

  /** As they are stored: of names for one tensor, one. */
  names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(tensor: string): boolean {
    return this.#entries.has(tensor) || this.#shared.has(tensor);
  }

  /** @throws CheckpointError CHECKPOINT_TENSOR_MISSING */
  entry(tensor: string): PlacedTensor {
    const entry = this.#entries.get(this.#shared.get(tensor) ?? tensor);
    if (entry !== undefined) return entry;
    const alike = [...this.#entries.keys()].find((name) => name.endsWith(`.${tensor}`));
    const hint = alike === undefined ? '' : ` It has ${alike}: it was saved as a part of something else.`;
    throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', `The checkpoint has no tensor ${tensor}.${hint}`, {
      folder: this.#folder,
      tensor,
    });
  }
}

function placedTensors(
  files: readonly TensorsOfFile[],
  weightMap: Readonly<Record<string, string>> | undefined,
): Map<string, PlacedTensor> {
  const placed = new Map<string, PlacedTensor>();
  for (const { file, entries } of files) {
    const name = path.basename(file);
    for (const entry of entries) {
      const tensor = unwrappedName(entry.name);
      if (placed.has(tensor)) {
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
      placed.set(tensor, { ...entry, name: tensor, file });
    }
  }
  return placed;
}

// Models use one tensor under several names. A safetensors file stores it once; what others made of PyTorch's files keeps
// any of the names, and leaves an index as it was, which promises them all. Source: `_remove_duplicate_names` and
// `convert_multi` in huggingface/safetensors, bindings/python/convert.py.

/** One table in every T5, whatever its config says. */
const t5Embeddings = [
  'language_model.shared.weight',
  'language_model.encoder.embed_tokens.weight',
  'language_model.decoder.embed_tokens.weight',
];

/** One table where the config ties it to the output layer. */
const tiedEmbeddings = [
  ['language_model.model.decoder.embed_tokens.weight', 'language_model.lm_head.weight'],
  ['language_model.model.embed_tokens.weight', 'language_model.lm_head.weight'],
];

type PlacedEntry = TensorEntry & { readonly file: string };

/**
 * The names that `entries` have no tensor for, each with the one it is stored as: by what the files' headers say, by what
 * the index promises of a file that holds a tied tensor under its other name, and T5's in any case.
 * @param promised names that the index places, with the paths of their files
 */
function sharedNames(
  entries: ReadonlyMap<string, PlacedEntry>,
  promised: ReadonlyMap<string, string>,
): Map<string, string> {
  const shared = new Map<string, string>();
  const add = (name: string, stored: string | undefined) => {
    if (stored !== undefined && !entries.has(name)) shared.set(name, stored);
  };
  for (const [name, { otherNames = [] }] of entries) for (const other of otherNames) add(other, name);
  for (const [name, file] of promised) {
    const others = tiedEmbeddings.filter((names) => names.includes(name)).flat();
    add(
      name,
      others.find((other) => entries.get(other)?.file === file),
    );
  }
  for (const name of t5Embeddings)
    add(
      name,
      t5Embeddings.find((other) => entries.has(other)),
    );
  return shared;
}
