/**
 * @file The weights of a model with an adapter merged into them, worked out while they are read: of the adapter, no more
 * than two matrices are held at a time. Compiler only.
 */
import { CheckpointError } from '../checkpointError.ts';
import {
  convertToFloat32,
  dtypeSizeBytes,
  isStoredDtype,
  type SourceTensor,
  type StoredDtype,
  type TensorSource,
} from '../storedTensors.ts';
import { TensorReader } from '../weightStreams.ts';
import type { Adapter, LowRankUpdate } from './adapter.ts';

export class MergedTensors implements TensorSource {
  readonly #base: TensorSource;
  readonly #adapter: Adapter;
  readonly #reader: TensorReader;
  /** Of the tensor that was read last: tensors are read one after the other. */
  #last: { readonly tensor: string; readonly factors: LowRankFactors } | undefined;

  /** @throws CheckpointError CHECKPOINT_FILES_DISAGREE where the adapter is not for this model */
  constructor(base: TensorSource, adapter: Adapter) {
    this.#base = base;
    this.#adapter = adapter;
    this.#reader = new TensorReader(adapter.tensors);
    for (const [tensor, update] of adapter.updates) assertFits(tensor, update, base, adapter);
    for (const tensor of adapter.replacements.keys()) assertKnown(tensor, base, adapter);
  }

  tensorNames(): readonly string[] {
    return this.#base.tensorNames();
  }

  has(tensor: string): boolean {
    return this.#base.has(tensor);
  }

  entry(tensor: string): SourceTensor {
    const replacement = this.#adapter.replacements.get(tensor);
    if (replacement !== undefined) return this.#adapter.tensors.entry(replacement);
    const { dtype, shape, sizeBytes } = this.#base.entry(tensor);
    if (!this.#adapter.updates.has(tensor) || !isStoredDtype(dtype)) return { dtype, shape, sizeBytes };
    return { dtype: 'F32', shape, sizeBytes: (sizeBytes / bytesOf(dtype)) * 4 };
  }

  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const replacement = this.#adapter.replacements.get(tensor);
    if (replacement !== undefined) return this.#adapter.tensors.read(replacement, offsetBytes, target);
    const update = this.#adapter.updates.get(tensor);
    const { dtype, shape } = this.#base.entry(tensor);
    if (update === undefined || !isStoredDtype(dtype)) return this.#base.read(tensor, offsetBytes, target);
    const columns = shape.slice(1).reduce((product, size) => product * size, 1);
    const rowBytes = columns * 4;
    const firstRow = Math.floor(offsetBytes / rowBytes);
    const rows = Math.ceil((offsetBytes + target.byteLength) / rowBytes) - firstRow;
    const stored = new Uint8Array(rows * columns * bytesOf(dtype));
    await this.#base.read(tensor, firstRow * columns * bytesOf(dtype), stored);
    const values = new Float32Array(rows * columns);
    convertToFloat32(stored, dtype, values);
    addLowRank(values, columns, firstRow, await this.#factorsOf(tensor, update));
    const start = offsetBytes - firstRow * rowBytes;
    target.set(new Uint8Array(values.buffer, start, target.byteLength));
  }

  async #factorsOf(tensor: string, { left, right, magnitude, isTransposed, scale }: LowRankUpdate) {
    if (this.#last?.tensor === tensor) return this.#last.factors;
    const [A, B] = [await this.#floats(right), await this.#floats(left)];
    const [rank = 1] = this.#adapter.tensors.entry(right).shape;
    const factors = {
      left: isTransposed ? transposed(A, rank, A.length / rank) : B,
      right: isTransposed ? transposed(B, B.length / rank, rank) : A,
      rank,
      scale,
      magnitude: magnitude === undefined ? undefined : await this.#floats(magnitude),
    };
    this.#last = { tensor, factors };
    return factors;
  }

  /** A whole tensor of the adapter. */
  async #floats(tensor: string): Promise<Float32Array> {
    const { rows, columns } = this.#reader.sizeOf(tensor);
    const all = new Float32Array(rows * columns);
    await this.#reader.forEachPiece(tensor, (values, row) => all.set(values, row * columns));
    return all;
  }
}

function bytesOf(dtype: StoredDtype): number {
  return dtypeSizeBytes[dtype] as number;
}

function assertFits(tensor: string, update: LowRankUpdate, base: TensorSource, { base: name, tensors }: Adapter): void {
  assertKnown(tensor, base, { base: name });
  const [rows = 1, ...rest] = base.entry(tensor).shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  const sizeOf = (part: string) => tensors.entry(part).shape.reduce((product, size) => product * size, 1);
  const [rank = 1] = tensors.entry(update.right).shape;
  const [right, left] = update.isTransposed ? [rows, columns] : [columns, rows];
  const fits =
    sizeOf(update.right) === rank * right &&
    sizeOf(update.left) === rank * left &&
    (update.magnitude === undefined || sizeOf(update.magnitude) === rows);
  if (fits) return;
  const message = `The adapter's matrices for ${tensor} do not fit the base model's, which has the shape [${base.entry(tensor).shape.join(', ')}]: it was made for ${name ?? 'another model'}.`;
  throw new CheckpointError('CHECKPOINT_FILES_DISAGREE', message, { tensor });
}

function assertKnown(tensor: string, base: TensorSource, { base: name }: Pick<Adapter, 'base'>): void {
  if (base.has(tensor)) return;
  const message = `The adapter changes ${tensor}, which the base model does not have: it was made for ${name ?? 'another model'}.`;
  throw new CheckpointError('CHECKPOINT_FILES_DISAGREE', message, { tensor });
}

/** left [rows, rank] · right [rank, columns], to be added `scale` times. */
interface LowRankFactors {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly rank: number;
  readonly scale: number;
  /** The length of every row afterwards [rows], with DoRA. */
  readonly magnitude?: Float32Array | undefined;
}

/**
 * Updates whole rows of a matrix in place.
 * @param values rows of `columns` values, from row `firstRow` on
 */
function addLowRank(values: Float32Array, columns: number, firstRow: number, factors: LowRankFactors): void {
  const { left, right, rank, scale, magnitude } = factors;
  const sums = new Float64Array(columns);
  for (let start = 0, row = firstRow; start < values.length; start += columns, row++) {
    const weights = values.subarray(start, start + columns);
    sums.set(weights);
    for (let k = 0; k < rank; k++) {
      const factor = scale * (left[row * rank + k] as number);
      const offset = k * columns;
      for (let c = 0; c < columns; c++) sums[c] = (sums[c] as number) + factor * (right[offset + c] as number);
    }
    if (magnitude !== undefined) stretch(sums, magnitude[row] as number);
    weights.set(sums);
  }
}

function stretch(row: Float64Array, length: number): void {
  const factor = length / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  for (let c = 0; c < row.length; c++) row[c] = (row[c] as number) * factor;
}

/** [rows, columns] → [columns, rows] */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c] as number;
  }
  return result;
}
