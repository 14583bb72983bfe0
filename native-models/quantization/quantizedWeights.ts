/** @file Quantized matrices on their way from a checkpoint into a graph's data file. Compiler only. */
import { assertFinite, type WeightReader } from '../checkpoint/weightStreams.ts';
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
 */
export function blockWeight(
  reader: WeightReader,
  tensors: readonly string[],
  format: { readonly bits: 4 | 8; readonly blockSize: number },
): QuantizedWeight {
  const { placed, read, rows, columns } = oneBelowTheOther(reader, tensors);
  const blocks = blocksOf(columns, format.blockSize);
  const rowBytes = (blocks * format.blockSize * format.bits) / 8;
  return scalesAfterCodes(read, rows * rowBytes, rows * blocks, async (scales, write, signal) => {
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
          quantizeBlocks(values, columns, format, target, reader.importanceOf(tensor));
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
export function channelWeight(reader: WeightReader, tensors: readonly string[]): QuantizedWeight {
  const { placed, read, rows, columns } = oneBelowTheOther(reader, tensors);
  return scalesAfterCodes(read, rows * columns, rows, async (scales, write, signal) => {
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

/** Where each tensor's rows begin, which tensors are read for them, and the size of all. */
function oneBelowTheOther(reader: WeightReader, tensors: readonly string[]) {
  let rows = 0;
  const placed = tensors.map((tensor) => {
    reader.assertNumbers(tensor);
    const start = rows;
    rows += reader.sizeOf(tensor).rows;
    return { tensor, start };
  });
  const read = [...new Set(tensors.flatMap((tensor) => [...reader.readFor(tensor)]))];
  return { placed, read, rows, columns: reader.sizeOf(tensors[0] as string).columns };
}

function scalesAfterCodes(
  tensors: readonly string[],
  codeBytes: number,
  scaleCount: number,
  stream: (scales: Float32Array, ...rest: Parameters<WeightStream['stream']>) => Promise<void>,
): QuantizedWeight {
  let known: Float32Array | undefined;
  const codes: WeightStream = {
    sizeBytes: codeBytes,
    tensors,
    async stream(write, signal) {
      const scales = new Float32Array(scaleCount);
      await stream(scales, write, signal);
      known = scales;
    },
  };
  const scales: WeightStream = {
    sizeBytes: scaleCount * 4,
    tensors,
    follows: codes,
    async stream(write) {
      if (known === undefined) throw new RangeError('the scales were to be written before their codes');
      await write(new Uint8Array(known.buffer));
      known = undefined;
    },
  };
  return { codes, scales };
}
