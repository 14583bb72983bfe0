/** @file Quantized matrices on their way from a checkpoint into a graph's data file. Compiler only. */
import { assertFinite, type TensorReader } from '../checkpoint/weightStreams.ts';
import type { WeightStream } from '../onnx/graph.ts';
import { blocksOf, quantizeBlocks } from './blockCodes.ts';
import { quantizeChannels } from './channelCodes.ts';

/** It would become some code or other, and nobody would notice. */
const notFinite = 'holds values that are not finite: the checkpoint is damaged.';

/** Codes and their scales, which are known once the codes were streamed: they must be written in this order. */
export interface QuantizedWeight {
  readonly codes: WeightStream;
  readonly scales: WeightStream;
}

/**
 * @param tensors matrices of equal columns, one below the other
 * @param importance of a tensor's columns, see `quantizeBlocks`; asked for when the weights are streamed
 */
export function blockWeight(
  reader: TensorReader,
  tensors: readonly string[],
  format: { readonly bits: 4 | 8; readonly blockSize: number },
  importance: (tensor: string) => Float32Array | undefined,
): QuantizedWeight {
  const { placed, rows, columns } = oneBelowTheOther(reader, tensors);
  const blocks = blocksOf(columns, format.blockSize);
  const rowBytes = (blocks * format.blockSize * format.bits) / 8;
  return scalesAfterCodes(rows * rowBytes, rows * blocks, async (scales, write, signal) => {
    let codes = new Uint8Array(0);
    for (const { tensor, start } of placed) {
      await reader.forEachPiece(
        tensor,
        async (values, firstRow) => {
          assertFinite(values, tensor, notFinite);
          const count = values.length / columns;
          if (codes.length < count * rowBytes) codes = new Uint8Array(count * rowBytes);
          const first = (start + firstRow) * blocks;
          const target = {
            codes: codes.subarray(0, count * rowBytes),
            scales: scales.subarray(first, first + count * blocks),
          };
          quantizeBlocks(values, columns, format, target, importance(tensor));
          await write(target.codes);
        },
        signal,
      );
    }
  });
}

/**
 * Held in memory whole, in 8-bit codes, since it is transposed.
 * @param tensors matrices of equal columns, one below the other
 */
export function channelWeight(reader: TensorReader, tensors: readonly string[]): QuantizedWeight {
  const { placed, rows, columns } = oneBelowTheOther(reader, tensors);
  return scalesAfterCodes(rows * columns, rows, async (scales, write, signal) => {
    const codes = new Int8Array(rows * columns);
    for (const { tensor, start } of placed) {
      await reader.forEachPiece(
        tensor,
        (values, firstRow) => {
          assertFinite(values, tensor, notFinite);
          quantizeChannels(values, columns, { codes, scales, firstOutput: start + firstRow, outputs: rows });
        },
        signal,
      );
    }
    await write(new Uint8Array(codes.buffer));
  });
}

/** Where each tensor's rows begin, and the size of all. */
function oneBelowTheOther(reader: TensorReader, tensors: readonly string[]) {
  let rows = 0;
  const placed = tensors.map((tensor) => {
    reader.assertNumbers(tensor);
    const start = rows;
    rows += reader.sizeOf(tensor).rows;
    return { tensor, start };
  });
  return { placed, rows, columns: reader.sizeOf(tensors[0] as string).columns };
}

function scalesAfterCodes(
  codeBytes: number,
  scaleCount: number,
  stream: (scales: Float32Array, ...rest: Parameters<WeightStream['stream']>) => Promise<void>,
): QuantizedWeight {
  let known: Float32Array | undefined;
  return {
    codes: {
      sizeBytes: codeBytes,
      async stream(write, signal) {
        const scales = new Float32Array(scaleCount);
        await stream(scales, write, signal);
        known = scales;
      },
    },
    scales: {
      sizeBytes: scaleCount * 4,
      async stream(write) {
        if (known === undefined) throw new RangeError('the scales were to be written before their codes');
        await write(new Uint8Array(known.buffer));
        known = undefined;
      },
    },
  };
}
