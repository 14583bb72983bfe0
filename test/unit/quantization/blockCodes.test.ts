/** @file Block-wise quantization: onnxruntime reads the codes as they are meant, and the scales are better than the usual. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../native-models/onnx/graph.ts';
import { type BlockMatrix, gatherBlocks, matMulBlocks } from '../../../native-models/onnx/quantizedOperators.ts';
import { type BlockCodes, blocksOf, quantizeBlocks } from '../../../native-models/quantization/blockCodes.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { bytesOf, runGraph } from '../../support/runGraph.ts';

const rows = 24;

/** Roughly normal. */
function randomMatrix(columns: number, seed = 1): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length: rows * columns }, () => random() + random() + random() - 1.5);
}

function quantized(values: Float32Array, columns: number, bits: 4 | 8, importance?: Float32Array): BlockCodes {
  const blocks = blocksOf(columns, 32);
  const codes = { codes: new Uint8Array(rows * blocks * 4 * bits), scales: new Float32Array(rows * blocks) };
  quantizeBlocks(values, columns, { bits, blockSize: 32 }, codes, importance);
  return codes;
}

/** What the codes mean, by the operator's own specification. */
function meant({ codes, scales }: BlockCodes, columns: number, bits: 4 | 8): Float32Array {
  const padded = blocksOf(columns, 32) * 32;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const place = row * padded + column;
    const code = bits === 8 ? (codes[place] as number) : ((codes[place >> 1] as number) >> (4 * (place & 1))) & 15;
    const scale = scales[row * (padded / 32) + Math.floor(column / 32)] as number;
    return (code - (bits === 8 ? 128 : 8)) * scale;
  });
}

function matrixIn(g: Graph, { codes, scales }: BlockCodes, columns: number, bits: 4 | 8): BlockMatrix {
  const blocks = blocksOf(columns, 32);
  return {
    codes: g.constant('uint8', [rows, blocks, 4 * bits], codes),
    scales: g.constant('float', [rows, blocks], bytesOf(scales)),
    bits,
    blockSize: 32,
    shape: [rows, columns],
  };
}

function squaredError(a: Float32Array, b: Float32Array, weightOf = (_: number) => 1): number {
  return a.reduce((sum, value, i) => sum + weightOf(i) * (value - (b[i] as number)) ** 2, 0);
}

describe.each([4, 8] as const)('%i bits', (bits) => {
  // 70 columns: the last block is not full
  it.each([64, 70])('a table and a product of %i columns are what the codes mean', async (columns) => {
    const codes = quantized(randomMatrix(columns), columns, bits);
    const weights = meant(codes, columns, bits);
    const g = new Graph('blocks');
    const matrix = matrixIn(g, codes, columns, bits);
    const ids = g.input('ids', 'int64', [3]);
    const x = g.input('x', 'float', [1, 1, columns]);
    const bias = g.constant('float', [rows], bytesOf(new Float32Array(rows).fill(2)));
    g.output('found', gatherBlocks(g, matrix, ids));
    g.output('product', matMulBlocks(g, x, matrix, bias));
    // one value a block, so that rounding it to 8 bits changes nothing
    const input = Float32Array.from({ length: columns }, (_, i) => (i % 32 === 5 ? 1 + i : 0));
    const { found, product } = await runGraph(g, {
      ids: new ort.Tensor('int64', BigInt64Array.of(0n, 7n, 23n), [3]),
      x: new ort.Tensor('float32', input, [1, 1, columns]),
    });
    const rowsMeant = [0, 7, 23].flatMap((row) => [...weights.subarray(row * columns, (row + 1) * columns)]);
    expect([...(found ?? [])]).toEqual(rowsMeant);
    for (let row = 0; row < rows; row++) {
      const exact = input.reduce((sum, value, i) => sum + value * (weights[row * columns + i] as number), 2);
      expect(product?.[row]).toBeCloseTo(exact, 3);
    }
  });

  it('keeps a block of zeros, and the weight of largest magnitude whatever its sign', () => {
    const values = randomMatrix(64);
    values.fill(0, 0, 32);
    values[40] = 7;
    values[64 + 40] = -7;
    const weights = meant(quantized(values, 64, bits), 64, bits);
    expect([...weights.subarray(0, 32)]).toEqual(new Array(32).fill(0));
    expect(weights[40]).toBeCloseTo(7, bits === 8 ? 5 : 0);
    expect(weights[64 + 40]).toBeCloseTo(-7, bits === 8 ? 5 : 0);
  });
});

describe('the search for scales', () => {
  /** Each block's largest weight at the end of the range, and nothing else tried. */
  function usual(values: Float32Array): Float32Array {
    const result = new Float32Array(values.length);
    for (let start = 0; start < values.length; start += 32) {
      const block = values.subarray(start, start + 32);
      const largest = block.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
      const scale = -largest / 8;
      result.set(
        block.map((value) => Math.max(-8, Math.min(7, Math.round(value / scale))) * scale),
        start,
      );
    }
    return result;
  }

  it('leaves less error than rounding to the largest weight', () => {
    const values = randomMatrix(64);
    const error = squaredError(meant(quantized(values, 64, 4), 64, 4), values);
    expect(error).toBeLessThan(0.95 * squaredError(usual(values), values));
  });

  it('favours the columns that matter', () => {
    const values = randomMatrix(64);
    const importance = Float32Array.from({ length: 64 }, (_, i) => (i % 8 === 0 ? 100 : 1));
    const errorWhereItCounts = (codes: BlockCodes) =>
      squaredError(meant(codes, 64, 4), values, (i) => (i % 8 === 0 ? 1 : 0));
    expect(errorWhereItCounts(quantized(values, 64, 4, importance))).toBeLessThan(
      errorWhereItCounts(quantized(values, 64, 4)),
    );
  });
});
