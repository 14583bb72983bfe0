/**
 * @file Names under which models use one tensor. A safetensors file stores it once; what others made of PyTorch's files
 * keeps any of the names, and leaves an index as it was, which promises them all. Compiler only.
 * Source: `_remove_duplicate_names` and `convert_multi` in huggingface/safetensors, bindings/python/convert.py.
 */
import type { TensorEntry } from './safetensors.ts';

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
export function sharedNames(
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
