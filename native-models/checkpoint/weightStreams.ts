/** @file Weights on their way from a checkpoint into a graph's data file: converted to float32, a piece at a time. Compiler only. */
import type { WeightStream } from '../onnx/graph.ts';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError } from './checkpointError.ts';
import { convertToFloat32, dtypeSizeBytes, isStoredDtype } from './dtypes.ts';

/** Elements of the pieces that stream through. Larger ones cost memory and gain nothing. */
const pieceElements = 2 << 20;

/** The two buffers that all weights of an import pass through, one after the other. */
export class ConversionBuffers {
  readonly source = new Uint8Array(pieceElements * 4);
  readonly converted = new Float32Array(pieceElements);
}

/**
 * The tensor's values in their stored order, as float32.
 * @throws CheckpointError CHECKPOINT_TENSOR_DTYPE when they are no floating-point numbers
 */
export function float32Weight(checkpoint: Checkpoint, tensor: string, buffers: ConversionBuffers): WeightStream {
  const { dtype, sizeBytes } = checkpoint.entry(tensor);
  if (!isStoredDtype(dtype)) {
    throw new CheckpointError(
      'CHECKPOINT_TENSOR_DTYPE',
      `Tensor ${tensor} is stored as ${dtype}; weights must be F32, F16 or BF16.`,
      { tensor, dtype },
    );
  }
  const elementBytes = dtypeSizeBytes[dtype] as number;
  const elements = sizeBytes / elementBytes;
  return {
    sizeBytes: elements * 4,
    async stream(write, signal) {
      for (let start = 0; start < elements; start += pieceElements) {
        signal?.throwIfAborted();
        const count = Math.min(pieceElements, elements - start);
        const piece = buffers.source.subarray(0, count * elementBytes);
        await checkpoint.read(tensor, start * elementBytes, piece);
        const values = buffers.converted.subarray(0, count);
        convertToFloat32(piece, dtype, values);
        await write(new Uint8Array(values.buffer, 0, values.byteLength));
      }
    },
  };
}
