/** @file An open LoRA adapter: which weights of its base it changes, and how. Compiler only. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Checkpoint, type WeightFile } from '../checkpoint.ts';
import { CheckpointError } from '../checkpointError.ts';
import { readJsonFile } from '../checkpointFiles.ts';
import { readTorchWeights } from '../pickle/torchWeights.ts';
import { readSafetensorsHeader } from '../safetensors.ts';
import { adapterConfigFile, parseAdapterConfig } from './adapterConfig.ts';

/** W' = W + scale · left · right; with DoRA, each row then gets the length that `magnitude` says. Names of tensors. */
export interface LowRankUpdate {
  readonly left: string;
  readonly right: string;
  /** Embeddings are stored the other way round: W' = W + scale · (left · right)ᵀ with these as rightᵀ and leftᵀ. */
  readonly isTransposed: boolean;
  readonly magnitude?: string;
  readonly scale: number;
}

const weightLayouts = [
  { name: 'adapter_model.safetensors', readHeader: readSafetensorsHeader },
  { name: 'adapter_model.bin', readHeader: readTorchWeights },
];

export class Adapter implements AsyncDisposable {
  /** The model that it was trained on, as its maker calls it. */
  readonly base: string | undefined;
  readonly tensors: Checkpoint;
  /** By the name of the base's tensor. */
  readonly updates: ReadonlyMap<string, LowRankUpdate>;
  /** Tensors of the adapter that take the place of the base's, by that one's name. */
  readonly replacements: ReadonlyMap<string, string>;

  private constructor(
    base: string | undefined,
    tensors: Checkpoint,
    { updates, replacements }: Pick<Adapter, 'updates' | 'replacements'>,
  ) {
    this.base = base;
    this.tensors = tensors;
    this.updates = updates;
    this.replacements = replacements;
  }

  /** @throws CheckpointError what is wrong with the folder, its config or its tensors */
  static async open(folder: string): Promise<Adapter> {
    const raw = await readJsonFile(path.join(folder, adapterConfigFile));
    const content: readonly string[] = raw === undefined ? [] : await readdir(folder);
    const layout = weightLayouts.find(({ name }) => content.includes(name));
    if (layout === undefined) {
      const lacks =
        raw === undefined ? `no ${adapterConfigFile}` : 'neither adapter_model.safetensors nor adapter_model.bin';
      const message = `${folder} is not an adapter: it has ${lacks}.`;
      throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { folder });
    }
    const config = parseAdapterConfig(raw, folder);
    const tensors = await Checkpoint.openFiles(folder, { names: [layout.name], readHeader: layout.readHeader });
    try {
      const { modules, replacements } = sortTensors(tensors);
      const updates = new Map<string, LowRankUpdate>();
      for (const [module, parts] of modules) {
        updates.set(`${module}.weight`, updateOf(module, parts, { tensors, ...config }));
      }
      return new Adapter(config.base, tensors, { updates, replacements });
    } catch (error) {
      await tensors[Symbol.asyncDispose]();
      throw error;
    }
  }

  get files(): readonly WeightFile[] {
    return this.tensors.files;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.tensors[Symbol.asyncDispose]();
  }
}

type Parts = ReadonlyMap<LowRankRole, string>;

function sortTensors(tensors: Checkpoint) {
  const modules = new Map<string, Map<LowRankRole, string>>();
  const replacements = new Map<string, string>();
  for (const name of tensors.tensorNames()) {
    const meant = adapterTensor(name);
    if (meant === undefined) {
      const message = `The adapter holds the tensor ${name}, which is no part of a LoRA.`;
      throw new CheckpointError('CHECKPOINT_UNSUPPORTED', message, { tensor: name });
    }
    if (meant.role === 'replacement') replacements.set(meant.tensor, name);
    else modules.set(meant.module, (modules.get(meant.module) ?? new Map()).set(meant.role, name));
  }
  return { modules, replacements };
}

function updateOf(
  module: string,
  parts: Parts,
  { tensors, usesDora, scaleOf }: { tensors: Checkpoint } & Awaited<ReturnType<typeof parseAdapterConfig>>,
): LowRankUpdate {
  const isTransposed = parts.has('lora_embedding_A') || parts.has('lora_embedding_B');
  const right = parts.get(isTransposed ? 'lora_embedding_A' : 'lora_A');
  const left = parts.get(isTransposed ? 'lora_embedding_B' : 'lora_B');
  if (left === undefined || right === undefined) {
    const message = `The adapter has only one of the two matrices for ${module}.`;
    throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', message, { module });
  }
  const magnitude = parts.get('lora_magnitude_vector');
  const isPlain = !isTransposed && tensors.entry(right).shape.length === 2;
  if (usesDora !== (magnitude !== undefined) || (usesDora && !isPlain)) {
    const message = `The adapter uses DoRA on ${module} in a way that cannot be merged here. Merge it in Python with merge_and_unload().`;
    throw new CheckpointError('CHECKPOINT_UNSUPPORTED', message, { module });
  }
  const [rank = 1] = tensors.entry(right).shape;
  return { left, right, isTransposed, ...(magnitude === undefined ? {} : { magnitude }), scale: scaleOf(module, rank) };
}

/** A part of a low-rank update of a module's weights, or a tensor that takes the place of the base's. */
export type AdapterTensor =
  | { readonly role: LowRankRole; readonly module: string }
  | { readonly role: 'replacement'; readonly tensor: string };

type LowRankRole = 'lora_A' | 'lora_B' | 'lora_embedding_A' | 'lora_embedding_B' | 'lora_magnitude_vector';

/** The adapter's own name stands behind the role where the file was not written by save_pretrained(). */
const lowRank =
  /^(.+)\.(lora_A|lora_B|lora_embedding_A|lora_embedding_B|lora_magnitude_vector)(?:\.(?!bias$)[^.]+)??(?:\.weight)?$/;

/** Undefined where the tensor is of another method, or belongs to the untouched base. */
function adapterTensor(name: string): AdapterTensor | undefined {
  const plain = name
    // once for every model that wraps another
    .replace(/^(base_model\.model\.)+/, '')
    .replace(/\.modules_to_save(\.default)?\./, '.')
    .replace('.base_layer.', '.');
  const [, module, role] = lowRank.exec(plain) ?? [];
  if (module !== undefined && role !== undefined) return { role: role as LowRankRole, module };
  if (/(^|\.)(lora_|ia3_|hada_|lokr_|oft_|vera_|original_module\.|token_adapter\.|prompt_)/.test(plain))
    return undefined;
  return { role: 'replacement', tensor: plain };
}
