/**
 * @file The weights of a file that research code saved, under published names, over those of a published checkpoint: a file
 * of BLIP-2 holds what was trained, the language model is taken from the other. Compiler only.
 */
import path from 'node:path';
import type { Checkpoint } from '../checkpoint.ts';
import { CheckpointError } from '../checkpointError.ts';
import type { SourceTensor, TensorSource } from '../storedTensors.ts';
import { isKnownBuffer } from '../tensorNames.ts';
import { isOtherHead, publishedName, type ResearchFamily } from './researchNames.ts';

/** Tensors of the file one after the other; of a missing one, as many zeros as the first has bytes. */
type Parts = readonly (string | undefined)[];

export class ResearchTensors implements TensorSource, AsyncDisposable {
  readonly #weights: Checkpoint;
  readonly #base: Checkpoint | undefined;
  readonly #parts: ReadonlyMap<string, Parts>;

  /**
   * Disposes of both.
   * @param architecture what config.json of the base says
   * @throws CheckpointError CHECKPOINT_TENSOR_UNEXPECTED where the file is of another model
   */
  constructor(
    weights: Checkpoint,
    base: Checkpoint | undefined,
    { family, architecture }: { readonly family: ResearchFamily; readonly architecture: string },
  ) {
    this.#weights = weights;
    this.#base = base;
    this.#parts = partsOf(weights, family, architecture);
    for (const tensor of this.#parts.keys()) {
      if (base === undefined || base.has(tensor) || isKnownBuffer(tensor)) continue;
      throw new CheckpointError(
        'CHECKPOINT_TENSOR_UNEXPECTED',
        `${path.basename(weights.files[0]?.path ?? '')} holds ${tensor}, which the model in ${base.folder} does not have: it is of another model.`,
        { tensor, base: base.folder },
      );
    }
  }

  /** Whether anything is read from the base. */
  get usesBase(): boolean {
    return this.#base?.tensorNames().some((tensor) => !this.#parts.has(tensor)) === true;
  }

  tensorNames(): readonly string[] {
    return [...new Set([...this.#parts.keys(), ...(this.#base?.tensorNames() ?? [])])];
  }

  has(tensor: string): boolean {
    return this.#parts.has(tensor) || this.#base?.has(tensor) === true;
  }

  entry(tensor: string): SourceTensor {
    const parts = this.#parts.get(tensor);
    if (parts === undefined) return this.#inBase(tensor);
    const [first = ''] = parts;
    const { dtype, shape, sizeBytes } = this.#weights.entry(first);
    if (parts.length === 1) return { dtype, shape, sizeBytes };
    const [length = 0, ...rest] = shape;
    return { dtype, shape: [length * parts.length, ...rest], sizeBytes: sizeBytes * parts.length };
  }

  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const parts = this.#parts.get(tensor);
    if (parts === undefined) {
      this.#inBase(tensor);
      return this.#base?.read(tensor, offsetBytes, target);
    }
    const partBytes = this.entry(tensor).sizeBytes / parts.length;
    const endBytes = offsetBytes + target.byteLength;
    for (const [i, part] of parts.entries()) {
      const [begin, end] = [Math.max(offsetBytes, i * partBytes), Math.min(endBytes, (i + 1) * partBytes)];
      if (begin >= end) continue;
      const piece = target.subarray(begin - offsetBytes, end - offsetBytes);
      if (part === undefined) piece.fill(0);
      else await this.#weights.read(part, begin - i * partBytes, piece);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#weights[Symbol.asyncDispose]();
    await this.#base?.[Symbol.asyncDispose]();
  }

  #inBase(tensor: string): SourceTensor {
    if (this.#base?.has(tensor) === true) return this.#base.entry(tensor);
    const where = this.#base === undefined ? 'and --base has no weights' : 'nor has the checkpoint of --base';
    const file = path.basename(this.#weights.files[0]?.path ?? '');
    const message = `${file} has no tensor ${tensor}, ${where}.`;
    throw new CheckpointError('CHECKPOINT_TENSOR_MISSING', message, { tensor });
  }
}

/** By published name. Keys have no bias in this vision tower, and the file none for them. */
function partsOf(weights: Checkpoint, family: ResearchFamily, architecture: string): Map<string, Parts> {
  const parts = new Map<string, Parts>();
  for (const name of weights.tensorNames()) {
    const published = publishedName(name, family);
    if (published === undefined || isOtherHead(published, architecture)) continue;
    if (published.endsWith('.self_attn.v_bias')) continue;
    if (!published.endsWith('.self_attn.q_bias')) parts.set(published, [name]);
    else parts.set(published.replace(/q_bias$/, 'qkv.bias'), [name, undefined, name.replace(/q_bias$/, 'v_bias')]);
  }
  return parts;
}
