/** @file 8-bit products: exact on every processor, whatever the codes, and as close to float32 as 8 bits allow. */
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Graph } from '../../../native-models/onnx/graph.ts';
import { matMulChannels, matMulDequantized, quantizeRows } from '../../../native-models/onnx/quantizedOperators.ts';
import { quantizeChannels } from '../../../native-models/quantization/channelCodes.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { bytesOf, runGraph } from '../../support/runGraph.ts';

const [outputs, inputs] = [40, 70];

function quantized(values: Float32Array) {
  const target = { codes: new Int8Array(inputs * outputs), scales: new Float32Array(outputs), firstOutput: 0, outputs };
  quantizeChannels(values, inputs, target);
  return target;
}

function graphOf({ codes, scales }: ReturnType<typeof quantized>, rows: number) {
  const g = new Graph('channels');
  const x = g.input('x', 'float', [rows, inputs]);
  const matrix = {
    codes: g.constant('int8', [inputs, outputs], bytesOf(codes)),
    scales: g.constant('float', [outputs], bytesOf(scales)),
    shape: [outputs, inputs] as const,
  };
  g.output('product', matMulChannels(g, quantizeRows(g, x), matrix));
  g.output('dequantized', matMulDequantized(g, x, matrix));
  return g;
}

/** Weights that come in pairs of one sign and of full size are what saturates 16-bit sums. */
const hostile = Float32Array.from({ length: outputs * inputs }, (_, i) =>
  Math.floor(i / inputs) % 3 === 0 ? 1 : Math.floor(i / inputs) % 3 === 1 ? -1 : i % 2 === 0 ? 1 : 0.02,
);

describe('8-bit codes with a scale an output', () => {
  it('have no two neighbours that could overflow a 16-bit sum', () => {
    const random = randomNumbers(3);
    const values = Float32Array.from({ length: outputs * inputs }, () => (random() - 0.5) ** 3);
    for (const { codes } of [quantized(hostile), quantized(values)]) {
      for (let output = 0; output < outputs; output++) {
        for (let pair = 0; pair + 1 < inputs; pair += 2) {
          const [a = 0, b = 0] = [codes[pair * outputs + output], codes[(pair + 1) * outputs + output]];
          expect(255 * Math.max(0, a) + 255 * Math.max(0, b)).toBeLessThanOrEqual(32767);
          expect(255 * Math.min(0, a) + 255 * Math.min(0, b)).toBeGreaterThanOrEqual(-32768);
        }
      }
    }
  });

  it('multiply exactly where every activation is at the end of its range', async () => {
    const matrix = quantized(hostile);
    const rows = 9; // more than any kernel's tile of rows
    const x = new Float32Array(rows * inputs).fill(1);
    const { product } = await runGraph(graphOf(matrix, rows), { x: new ort.Tensor('float32', x, [rows, inputs]) });
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += matrix.codes[i * outputs + output] as number;
      const exact = sum * (matrix.scales[output] as number);
      for (let row = 0; row < rows; row++) expect(product?.[row * outputs + output]).toBeCloseTo(exact, 3);
    }
  });

  it('give every row its own range: one far larger than the others costs them nothing', async () => {
    const random = randomNumbers(4);
    const values = Float32Array.from({ length: outputs * inputs }, () => random() - 0.5);
    const rows = 4;
    const x = Float32Array.from({ length: rows * inputs }, (_, i) => (random() - 0.5) * (i < inputs ? 1e4 : 1));
    const found = await runGraph(graphOf(quantized(values), rows), { x: new ort.Tensor('float32', x, [rows, inputs]) });
    for (let row = 0; row < rows; row++) {
      const exact = Float32Array.from({ length: outputs }, (_, output) => {
        let sum = 0;
        for (let i = 0; i < inputs; i++)
          sum += (x[row * inputs + i] as number) * (values[output * inputs + i] as number);
        return sum;
      });
      const size = Math.hypot(...exact);
      for (const ours of [found.product, found.dequantized]) {
        const row_ = ours?.subarray(row * outputs, (row + 1) * outputs) ?? new Float32Array(0);
        expect(Math.hypot(...row_.map((value, i) => value - (exact[i] as number))) / size).toBeLessThan(0.02);
      }
    }
  });

  it('leave a row of zeros at zero', async () => {
    const { product } = await runGraph(graphOf(quantized(hostile), 1), {
      x: new ort.Tensor('float32', new Float32Array(inputs), [1, inputs]),
    });
    expect([...(product ?? [])].every((value) => value === 0)).toBe(true);
  });
});
