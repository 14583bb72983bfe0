/** @file Hands the checkpoint's tensors to a graph by name, checks their shapes, and keeps account of what was used. Compiler only. */
import type { Graph } from '../onnx/graph.ts';
import type { BlockMatrix, ChannelMatrix } from '../onnx/quantizedOperators.ts';
import type { Value } from '../onnx/value.ts';
import { blocksOf } from '../quantization/blockCodes.ts';
import type { MatrixFormat, MatrixRole, PartFormat, QuantizedFormat } from '../quantization/precision.ts';
import { blockWeight, channelWeight } from '../quantization/quantizedWeights.ts';
import { CheckpointError } from './checkpointError.ts';
import type { TensorSource } from './storedTensors.ts';
import { isKnownBuffer } from './tensorNames.ts';
import { float16Weight, float32Weight, type WeightReader } from './weightStreams.ts';

/** Which tensors of a checkpoint the graphs of a model have taken. */
export class TensorAccount {
  readonly #tensors: TensorSource;
  readonly #used = new Set<string>();

  constructor(tensors: TensorSource) {
    this.#tensors = tensors;
  }

  take(tensor: string, shape: readonly number[]): void {
    const entry = this.#tensors.entry(tensor);
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
    const left = this.#tensors
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

/** A matrix [N, K] that a layer multiplies with. */
export type StoredMatrix =
  | { readonly form: 'float'; readonly weight: Value<'float'> }
  | { readonly form: 'half'; readonly weight: Value<'float16'> }
  | ({ readonly form: 'blocks' } & BlockMatrix)
  | ({ readonly form: 'channels' } & ChannelMatrix);

/** A table [V, D] whose rows are looked up, and which may be the output layer too. */
export type StoredTable = Exclude<StoredMatrix, { form: 'channels' }>;

/** Where a graph gets its weights from. */
export interface WeightProvider {
  has(tensor: string): boolean;
  /** The tensor, in float32. @throws CheckpointError when it is missing or has another shape */
  stored(tensor: string, shape: readonly number[]): Value<'float'>;
  /** The matrix [N, K], as its layer stores what has this role. Errors as for `stored`. */
  matrix(tensor: string, shape: readonly [number, number], role: MatrixRole): StoredMatrix;
  /**
   * Matrices [N, K] of one layer as one of [tensors · N, K], one below the other; undefined where they are stored apart.
   * Errors as for `stored`.
   */
  joined(tensors: readonly string[], shape: readonly [number, number], role: MatrixRole): StoredMatrix | undefined;
  /** The table [V, D]. Errors as for `stored`. */
  table(tensor: string, shape: readonly [number, number]): StoredTable;
}

/** What the graphs of one import share. */
export interface WeightSource {
  readonly tensors: TensorSource;
  readonly account: TensorAccount;
  readonly reader: WeightReader;
}

/** Heads of a few outputs: nothing is gained from quantizing them. */
const minOutputs = 16;

/** The weights of one graph, from a checkpoint. A tensor that is asked for twice is stored once. */
export class GraphWeights implements WeightProvider {
  readonly #graph: Graph;
  readonly #source: WeightSource;
  readonly #formatOf: (tensor: string) => PartFormat;
  readonly #values = new Map<string, Value<'float'>>();
  readonly #matrices = new Map<string, StoredMatrix>();

  /** @param formatOf how the matrices of a tensor's layer are stored; the same for all tensors of a layer */
  constructor(graph: Graph, source: WeightSource, formatOf: (tensor: string) => PartFormat) {
    this.#graph = graph;
    this.#source = source;
    this.#formatOf = formatOf;
  }

  has(tensor: string): boolean {
    return this.#source.tensors.has(tensor);
  }

  stored(tensor: string, shape: readonly number[]): Value<'float'> {
    const existing = this.#values.get(tensor);
    if (existing !== undefined) return existing;
    this.#source.account.take(tensor, shape);
    const value = this.#graph.weight(tensor, 'float', shape, float32Weight(this.#source.reader, tensor));
    this.#values.set(tensor, value);
    return value;
  }

  matrix(tensor: string, shape: readonly [number, number], role: MatrixRole): StoredMatrix {
    return this.#matrices.get(tensor) ?? this.#store(tensor, shape, this.#formatOf(tensor)[role]);
  }

  joined(tensors: readonly string[], [N, K]: readonly [number, number], role: MatrixRole): StoredMatrix | undefined {
    const [first = ''] = tensors;
    const format = this.#formatOf(first)[role];
    return format.form === 'float' || format.form === 'half' ? undefined : this.#storeCodes(tensors, [N, K], format);
  }

  table(tensor: string, shape: readonly [number, number]): StoredTable {
    const table = this.#matrices.get(tensor) ?? this.#store(tensor, shape, this.#formatOf(tensor).tables);
    if (table.form === 'channels') throw new RangeError(`${tensor} is stored for multiplying only`);
    return table;
  }

  #store(tensor: string, shape: readonly [number, number], format: MatrixFormat): StoredMatrix {
    const matrix = this.#storeAs(tensor, shape, format);
    this.#matrices.set(tensor, matrix);
    return matrix;
  }

  #storeAs(tensor: string, [N, K]: readonly [number, number], format: MatrixFormat): StoredMatrix {
    if (format.form === 'float' || N < minOutputs) return { form: 'float', weight: this.stored(tensor, [N, K]) };
    return format.form === 'half' ? this.#storeHalf(tensor, [N, K]) : this.#storeCodes([tensor], [N, K], format);
  }

  #storeHalf(tensor: string, shape: readonly [number, number]): StoredMatrix {
    const { account, reader } = this.#source;
    account.take(tensor, shape);
    return { form: 'half', weight: this.#graph.weight(tensor, 'float16', shape, float16Weight(reader, tensor)) };
  }

  /** Of matrices [rows, K] each, one below the other. */
  #storeCodes(tensors: readonly string[], [rows, K]: readonly [number, number], format: QuantizedFormat): StoredMatrix {
    const { account, reader } = this.#source;
    for (const tensor of tensors) account.take(tensor, [rows, K]);
    const N = tensors.length * rows;
    const name = tensors.join('+');
    if (format.form === 'channels') {
      const weight = channelWeight(reader, tensors);
      const codes = this.#graph.weight(`${name}.codes`, 'int8', [K, N], weight.codes);
      const scales = this.#graph.weight(`${name}.scales`, 'float', [N], weight.scales);
      return { form: 'channels', codes, scales, shape: [N, K] };
    }
    const { bits, blockSize } = format;
    const blocks = blocksOf(K, blockSize);
    const weight = blockWeight(reader, tensors, format);
    const codes = this.#graph.weight(`${name}.codes`, 'uint8', [N, blocks, (blockSize * bits) / 8], weight.codes);
    const scales = this.#graph.weight(`${name}.scales`, 'float', [N, blocks], weight.scales);
    return { form: 'blocks', codes, scales, bits, blockSize, shape: [N, K] };
  }
}
