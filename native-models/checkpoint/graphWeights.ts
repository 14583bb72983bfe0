/** @file Hands the checkpoint's tensors to a graph by name, checks their shapes, and keeps account of what was used. Compiler only. */
import type { Graph } from '../onnx/graph.ts';
import type { Value } from '../onnx/value.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError } from './checkpointError.ts';
import { isKnownBuffer } from './tensorNames.ts';
import { type ConversionBuffers, float32Weight } from './weightStreams.ts';

/** Which tensors of a checkpoint the graphs of a model have taken. */
export class TensorAccount {
  readonly #checkpoint: Checkpoint;
  readonly #used = new Set<string>();

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
  }

  take(tensor: string, shape: readonly number[]): void {
    const entry = this.#checkpoint.entry(tensor);
    if (entry.shape.length !== shape.length || entry.shape.some((dim, i) => dim !== shape[i])) {
      throw new CheckpointError(
        'CHECKPOINT_TENSOR_SHAPE',
        `Tensor ${tensor} has the shape [${entry.shape.join(', ')}]; config.json asks for [${shape.join(', ')}].`,
        { tensor, shape: entry.shape, expected: shape },
      );
    }
    this.#used.add(tensor);
  }

  /** @throws CheckpointError CHECKPOINT_TENSOR_UNEXPECTED when a tensor was neither used nor may be ignored */
  close(mayIgnore: (tensor: string) => boolean): void {
    const left = this.#checkpoint
      .tensorNames()
      .filter((tensor) => !this.#used.has(tensor) && !isKnownBuffer(tensor) && !mayIgnore(tensor));
    if (left.length === 0) return;
    const shown = left.slice(0, 5).join(', ') + (left.length > 5 ? ` and ${left.length - 5} more` : '');
    throw new CheckpointError(
      'CHECKPOINT_TENSOR_UNEXPECTED',
      `The checkpoint holds tensors that this architecture does not have: ${shown}.`,
      {
        tensors: left,
      },
    );
  }
}

/** Where a graph gets its weights from. */
export interface WeightProvider {
  has(tensor: string): boolean;
  /** The tensor, in float32. @throws CheckpointError when it is missing or has another shape */
  stored(tensor: string, shape: readonly number[]): Value<'float'>;
}

/** The weights of one graph, from a checkpoint. A tensor that is asked for twice is stored once. */
export class GraphWeights implements WeightProvider {
  readonly #graph: Graph;
  readonly #checkpoint: Checkpoint;
  readonly #account: TensorAccount;
  readonly #buffers: ConversionBuffers;
  readonly #values = new Map<string, Value<'float'>>();

  constructor(graph: Graph, checkpoint: Checkpoint, account: TensorAccount, buffers: ConversionBuffers) {
    this.#graph = graph;
    this.#checkpoint = checkpoint;
    this.#account = account;
    this.#buffers = buffers;
  }

  has(tensor: string): boolean {
    return this.#checkpoint.has(tensor);
  }

  stored(tensor: string, shape: readonly number[]): Value<'float'> {
    const existing = this.#values.get(tensor);
    if (existing !== undefined) return existing;
    this.#account.take(tensor, shape);
    const value = this.#graph.weight(tensor, 'float', shape, float32Weight(this.#checkpoint, tensor, this.#buffers));
    this.#values.set(tensor, value);
    return value;
  }
}
