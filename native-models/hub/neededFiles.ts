/** @file Which files of a repository an import reads. Pure. */

import { isTrainingFileName } from '../checkpoint/research/researchNames.ts';
import { isLicenceName, maxLicenceBytes } from '../compiler/licenceFiles.ts';
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

export type RepositoryKind =
  | 'checkpoint'
  /** Changes the weights of a checkpoint that lies elsewhere. */
  | 'adapter'
  /** Weights alone, as BLIP's and LAVIS's training save them: a checkpoint elsewhere has all the rest. */
  | 'research';

/** What is wanted of a repository, where that is known. */
export interface WantedContent {
  readonly kind?: 'checkpoint' | 'adapter' | undefined;
  /** The path of a file that training saved. */
  readonly file?: string | undefined;
}

export interface NeededFiles {
  readonly kind: RepositoryKind;
  /** Small ones, which are read before the weights. */
  readonly companions: readonly HubFile[];
  /** In the order of their names. */
  readonly weights: readonly HubFile[];
}

/**
 * Where nothing certain is wanted, a checkpoint counts before an adapter, and that before files of training.
 * @throws HubError HUB_NO_CHECKPOINT where there is nothing of the kind, HUB_FILE_UNCLEAR where one of several has to be named
 */
export function neededFiles(repo: string, files: readonly HubFile[], { kind, file }: WantedContent = {}): NeededFiles {
  if (file !== undefined) return researchFile(repo, files, file);
  const found =
    (kind === 'adapter' ? undefined : checkpointIn(files)) ?? (kind === 'checkpoint' ? undefined : adapterIn(files));
  if (found !== undefined) return found;
  if (kind === undefined && files.some(isResearchFile)) return researchFile(repo, files);
  if (kind === 'adapter') throw noCheckpoint(repo, 'adapter', 'adapter_config.json with adapter_model.*', files);
  const hasConfig = files.some(({ path }) => path === 'config.json');
  throw noCheckpoint(repo, 'checkpoint', hasConfig ? 'model.safetensors or pytorch_model.bin' : 'config.json', files);
}

/** One that an import would refuse for its size is no text. */
function isLicence({ path, sizeBytes }: HubFile): boolean {
  return isLicenceName(path) && sizeBytes <= maxLicenceBytes;
}

function checkpointIn(files: readonly HubFile[]): NeededFiles | undefined {
  const small = files.filter((file) => companions.has(file.path) || isLicence(file));
  if (!small.some(({ path }) => path === 'config.json')) return undefined;
  for (const { single, index, shard } of weightLayouts) {
    const one = files.filter(({ path }) => path === single);
    if (one.length > 0) return { kind: 'checkpoint', companions: small, weights: one };
    const shards = files.filter(({ path }) => shard.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    if (shards.length === 0) continue;
    const indexes = files.filter(({ path }) => path === index);
    return { kind: 'checkpoint', companions: [...small, ...indexes], weights: shards };
  }
  return undefined;
}

/** As PEFT saves it. */
function adapterIn(files: readonly HubFile[]): NeededFiles | undefined {
  const find = (name: string) => files.find(({ path }) => path === name);
  const config = find('adapter_config.json');
  const weights = find('adapter_model.safetensors') ?? find('adapter_model.bin');
  if (config === undefined || weights === undefined) return undefined;
  return { kind: 'adapter', companions: [config], weights: [weights] };
}

/** What training saves beside the weights, to go on with. */
const trainingState = /(?:^|\/)(?:optimizer|scheduler|scaler|rng_state|random_states|training_args)[^/]*$/i;

function isResearchFile({ path }: HubFile): boolean {
  const isInside = path.split('/').every((part) => !['', '.', '..'].includes(part)) && !/[\\:]/.test(path);
  return isInside && isTrainingFileName(path) && !trainingState.test(path);
}

function researchFile(repo: string, files: readonly HubFile[], wanted?: string): NeededFiles {
  const found = files.filter(isResearchFile);
  const meant = wanted === undefined ? found : found.filter(({ path }) => path === wanted);
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return { kind: 'research', companions: [], weights: [only] };
  const names = found.slice(0, 20).map(({ path }) => path);
  const list = `${names.join(', ')}${found.length > names.length ? ', …' : ''}`;
  const message =
    wanted === undefined
      ? `${repo} holds several files of weights. One must be chosen: ${list}.`
      : `${repo} has no file of weights ${wanted}${found.length === 0 ? '' : `; it has ${list}`}.`;
  throw new HubError('HUB_FILE_UNCLEAR', message, { repo, files: names });
}

function noCheckpoint(repo: string, what: string, missing: string, files: readonly HubFile[]): HubError {
  const message = `${repo} holds no ${what} that can be imported: it has no ${missing}.`;
  return new HubError('HUB_NO_CHECKPOINT', message, { repo, files: files.slice(0, 100).map(({ path }) => path) });
}
