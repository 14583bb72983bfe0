/** @file Which files of a repository an import reads. Pure. */

import { HubError } from './hubError.ts';
import type { HubFile } from './hubRepository.ts';

const settings = [
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'calibration.json',
];

/** A tokenizer's, of today and of older uploads. */
const tokenizer = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'spiece.model',
  'tokenizer.model',
];

const companions = new Set([...settings, ...tokenizer, ...tokenizer.map((name) => `qformer_tokenizer/${name}`)]);

/** Ways of storing weights, in the order in which an import looks for them: the first that a repository has is taken. */
const weightLayouts = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json', shard: /^model-\d+-of-\d+\.safetensors$/ },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', shard: /^pytorch_model-\d+-of-\d+\.bin$/ },
] as const;

export interface NeededFiles {
  /** Small ones, which are read before the weights. */
  readonly companions: readonly HubFile[];
  /** In the order of their names. */
  readonly weights: readonly HubFile[];
}

/** @throws HubError HUB_NO_CHECKPOINT where nothing can be imported */
export function neededFiles(repo: string, files: readonly HubFile[]): NeededFiles {
  const small = files.filter(({ path }) => companions.has(path));
  if (!small.some(({ path }) => path === 'config.json')) throw noCheckpoint(repo, 'config.json', files);
  for (const { single, index, shard } of weightLayouts) {
    const one = files.filter(({ path }) => path === single);
    if (one.length > 0) return { companions: small, weights: one };
    const shards = files.filter(({ path }) => shard.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    if (shards.length > 0) {
      return { companions: [...small, ...files.filter(({ path }) => path === index)], weights: shards };
    }
  }
  throw noCheckpoint(repo, 'model.safetensors or pytorch_model.bin', files);
}

function noCheckpoint(repo: string, missing: string, files: readonly HubFile[]): HubError {
  const message = `${repo} holds no checkpoint that can be imported: it has no ${missing}.`;
  return new HubError('HUB_NO_CHECKPOINT', message, { repo, files: files.slice(0, 100).map(({ path }) => path) });
}
