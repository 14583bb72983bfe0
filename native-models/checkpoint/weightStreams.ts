/** @file Tensors of a checkpoint as float32, some rows at a time, and as the weights of a graph's data file. Compiler only. */
import type { WeightStream } from '../onnx/graph.ts';
import { CheckpointError } from './checkpointError.ts';
import { convertToFloat32, dtypeSizeBytes, isStoredDtype, type TensorSource } from './storedTensors.ts';

/** Elements of the pieces that stream through. Larger ones cost memory and gain nothing. */
const pieceElements = 2 << 20;

/** What a tensor's rows (its first axis) and columns (all others as one) are multiplied with, where there is something. */
export interface TensorFactors {
  readonly rows?: Float32Array | undefined;
  readonly columns?: Float32Array | undefined;
}

/** A tensor seen as a matrix: its first axis, and all others as one. A vector has one column. */
export interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
}

/** What weights are made from: tensors in float32, with all that is to be multiplied into them. */
export interface WeightReader {
  sizeOf(tensor: string): MatrixSize;
  /** @throws CheckpointError CHECKPOINT_TENSOR_DTYPE when it holds no floating-point numbers */
  assertNumbers(tensor: string): void;
  /**
   * Visits the whole tensor in its stored order, whole rows at a time. `values` is overwritten after the visit.
   * @throws CheckpointError CHECKPOINT_TENSOR_DTYPE when it holds no floating-point numbers; the signal's reason
   */
  forEachPiece(
    tensor: string,
    visit: (values: Float32Array, firstRow: number) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** How much an error in each column counts, where that is known; to be asked for during a visit. See `quantizeBlocks`. */
  importanceOf(tensor: string): Float32Array | undefined;
  /** All tensors that are read for this one, itself among them. */
  readFor(tensor: string): ReadonlySet<string>;
}

/** Reads tensors one after the other, through two buffers that all of an import shares. */
export class TensorReader implements WeightReader {
  readonly #tensors: TensorSource;
  readonly #factors: ReadonlyMap<string, TensorFactors>;
  #source = new Uint8Array(pieceElements * 4);
  #converted = new Float32Array(pieceElements);

  constructor(tensors: TensorSource, factors: ReadonlyMap<string, TensorFactors> = new Map()) {
    this.#tensors = tensors;
    this.#factors = factors;
  }

  sizeOf(tensor: string): MatrixSize {
    const [rows = 1, ...rest] = this.#tensors.entry(tensor).shape;
    return { rows, columns: rest.reduce((product, size) => product * size, 1) };
  }

  async forEachPiece(
    tensor: string,
    visit: (values: Float32Array, firstRow: number) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<void> {
    const dtype = this.#storedDtype(tensor);
    const elementBytes = dtypeSizeBytes[dtype] as number;
    const { rows, columns } = this.sizeOf(tensor);
    const rowsOfPiece = Math.max(1, Math.floor(pieceElements / columns));
    this.#growTo(Math.min(rows, rowsOfPiece) * columns);
    const factors = this.#factors.get(tensor);
    for (let row = 0; row < rows; row += rowsOfPiece) {
      signal?.throwIfAborted();
      const count = Math.min(rowsOfPiece, rows - row) * columns;
      const piece = this.#source.subarray(0, count * elementBytes);
      await this.#tensors.read(tensor, row * columns * elementBytes, piece);
      const values = this.#converted.subarray(0, count);
      convertToFloat32(piece, dtype, values);
      if (factors !== undefined) multiplyInPlace(values, columns, row, factors);
      await visit(values, row);
    }
  }

  assertNumbers(tensor: string): void {
    this.#storedDtype(tensor);
  }

  importanceOf(): undefined {
    return undefined;
  }

  readFor(tensor: string): ReadonlySet<string> {
    return new Set([tensor]);
  }

  #storedDtype(tensor: string) {
    const { dtype } = this.#tensors.entry(tensor);
    if (isStoredDtype(dtype)) return dtype;
    throw new CheckpointError(
      'CHECKPOINT_TENSOR_DTYPE',
      `Tensor ${tensor} is stored as ${dtype}; weights must be F32, F16 or BF16.`,
      { tensor, dtype },
    );
  }

  /** For a row that is longer than a piece. */
  #growTo(elements: number): void {
    if (this.#converted.length >= elements) return;
    this.#source = new Uint8Array(elements * 4);
    this.#converted = new Float32Array(elements);
  }
}

function multiplyInPlace(values: Float32Array, columns: number, firstRow: number, factors: TensorFactors): void {
  const ofColumns = factors.columns ?? new Float32Array(columns).fill(1);
  for (let start = 0, row = firstRow; start < values.length; start += columns, row++) {
    const ofRow = factors.rows?.[row] ?? 1;
    for (let column = 0; column < columns; column++) {
      values[start + column] = (values[start + column] as number) * ofRow * (ofColumns[column] as number);
    }
  }
}

/**
 * The tensor's values in their stored order, as float32.
 * @throws CheckpointError CHECKPOINT_TENSOR_DTYPE when they are no floating-point numbers
 */
export function float32Weight(reader: WeightReader, tensor: string): WeightStream {
  reader.assertNumbers(tensor);
  const { rows, columns } = reader.sizeOf(tensor);
  return {
    sizeBytes: rows * columns * 4,
    tensors: [...reader.readFor(tensor)],
    stream: (write, signal) =>
      reader.forEachPiece(
        tensor,
        (values) => write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
        signal,
      ),
  };
}

/**
 * The same as float16.
 * @throws CheckpointError CHECKPOINT_TENSOR_DTYPE; while streaming, CHECKPOINT_TENSOR_NOT_FINITE where a value is not
 * finite or has no place among float16's, which end at 65,504
 */
export function float16Weight(reader: WeightReader, tensor: string): WeightStream {
  reader.assertNumbers(tensor);
  const { rows, columns } = reader.sizeOf(tensor);
  return {
    sizeBytes: rows * columns * 2,
    tensors: [...reader.readFor(tensor)],
    stream: (write, signal) =>
      reader.forEachPiece(
        tensor,
        async (values) => {
          const halves = new Float16Array(values);
          assertFinite(
            halves,
            tensor,
            'holds values that float16 cannot hold. Import the model as fp32, int8 or int4.',
          );
          await write(new Uint8Array(halves.buffer));
        },
        signal,
      ),
  };
}

/** @param problem what is wrong where a value is infinite or no number, as the end of a sentence about the tensor */
export function assertFinite(values: Float32Array | Float16Array, tensor: string, problem: string): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  if (sum === 0) return;
  throw new CheckpointError('CHECKPOINT_TENSOR_NOT_FINITE', `Tensor ${tensor} ${problem}`, { tensor });
}
