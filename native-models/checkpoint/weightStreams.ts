/**
 * @file Weights on their way from a checkpoint into a graph's data file: converted to float32, and transposed where the
 * graph multiplies from the other side, a bounded piece at a time. Compiler only.
 */
import type { WeightStream } from '../onnx/graph.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError } from './checkpointError.ts';
import { dtypeSizeBytes, isStoredDtype, type StoredDtype, toFloat32 } from './dtypes.ts';

/** Size of the pieces that are read, in bytes of the source. Larger ones cost memory and gain nothing. */
const pieceBytes = 8 << 20;

/** Size of the blocks of output that a transposition collects, in bytes: a large embedding takes several passes. */
const transposedBlockBytes = 64 << 20;

/** The tensor as it is stored, row by row. */
export function storedWeight(checkpoint: Checkpoint, tensor: string): WeightStream {
  const { dtype, sizeBytes } = storedEntry(checkpoint, tensor);
  const elements = sizeBytes / bytesOf(dtype);
  return {
    sizeBytes: elements * 4,
    async stream(write, signal) {
      const buffer = new Uint8Array(Math.min(pieceBytes, sizeBytes));
      for (let offset = 0; offset < sizeBytes; offset += buffer.byteLength) {
        signal?.throwIfAborted();
        const piece = buffer.subarray(0, Math.min(buffer.byteLength, sizeBytes - offset));
        await checkpoint.read(tensor, offset, piece);
        await write(asBytes(toFloat32(piece, dtype)));
      }
    },
  };
}

/**
 * The transpose of a matrix: [out, in] as PyTorch's Linear stores it → [in, out] as MatMul takes it.
 *
 * Output is produced in order. A block of it needs some columns of every row, so the rows pass by once a block; what a
 * matrix of ordinary size needs fits one block.
 */
export function transposedWeight(checkpoint: Checkpoint, tensor: string): WeightStream {
  const { dtype, shape } = storedEntry(checkpoint, tensor);
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2)
    throw new RangeError(`${tensor} is not a matrix`);
  return {
    sizeBytes: rows * columns * 4,
    async stream(write, signal) {
      const blockColumns = Math.max(1, Math.min(columns, Math.floor(transposedBlockBytes / (rows * 4))));
      const stripRows = Math.max(1, Math.min(rows, Math.floor(pieceBytes / (columns * bytesOf(dtype)))));
      const strip = new Uint8Array(stripRows * columns * bytesOf(dtype));
      const block = new Float32Array(blockColumns * rows);
      for (let firstColumn = 0; firstColumn < columns; firstColumn += blockColumns) {
        const width = Math.min(blockColumns, columns - firstColumn);
        for (let firstRow = 0; firstRow < rows; firstRow += stripRows) {
          signal?.throwIfAborted();
          const height = Math.min(stripRows, rows - firstRow);
          const piece = strip.subarray(0, height * columns * bytesOf(dtype));
          await checkpoint.read(tensor, firstRow * columns * bytesOf(dtype), piece);
          transposeInto(block, toFloat32(piece, dtype), { firstRow, height, rows, firstColumn, width, columns });
        }
        await write(asBytes(block.subarray(0, width * rows)));
      }
    },
  };
}

interface Strip {
  readonly firstRow: number;
  readonly height: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly width: number;
  readonly columns: number;
}

/** Side of the squares in which a strip is transposed, so that both sides stay in the processor's cache. */
const tile = 32;

function transposeInto(block: Float32Array, strip: Float32Array, s: Strip): void {
  for (let c0 = 0; c0 < s.width; c0 += tile) {
    const c1 = Math.min(c0 + tile, s.width);
    for (let r0 = 0; r0 < s.height; r0 += tile) {
      const r1 = Math.min(r0 + tile, s.height);
      for (let c = c0; c < c1; c++) {
        const to = c * s.rows + s.firstRow;
        const from = s.firstColumn + c;
        for (let r = r0; r < r1; r++) block[to + r] = strip[r * s.columns + from] as number;
      }
    }
  }
}

function storedEntry(checkpoint: Checkpoint, tensor: string) {
  const entry = checkpoint.entry(tensor);
  if (!isStoredDtype(entry.dtype)) {
    throw new CheckpointError(
      'CHECKPOINT_TENSOR_DTYPE',
      `Tensor ${tensor} is stored as ${entry.dtype}; weights must be F32, F16 or BF16.`,
      {
        tensor,
        dtype: entry.dtype,
      },
    );
  }
  return { ...entry, dtype: entry.dtype };
}

function bytesOf(dtype: StoredDtype): number {
  return dtypeSizeBytes[dtype] as number;
}

function asBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
