/** @file Building graphs: shapes are worked out and checked while building, names mirror the scopes, files load and run. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import { describe, expect } from 'vitest';
import { multiHeadAttention } from '../../../native-models/onnx/attention.ts';
import { ModelProtoSchema, TensorProto_DataLocation } from '../../../native-models/onnx/generated/onnx_pb.js';
import { Graph, type WeightStream } from '../../../native-models/onnx/graph.ts';
import { writeModel } from '../../../native-models/onnx/modelWriter.ts';
import {
  add,
  concat,
  gather,
  gemm,
  int64s,
  padZeros,
  reshape,
  slice,
  splitLast,
  transpose,
} from '../../../native-models/onnx/operators.ts';
import { it } from '../../support/fixtures.ts';

function weightOf(values: readonly number[], pieces = 1): WeightStream {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return {
    sizeBytes: bytes.byteLength,
    tensors: [],
    async stream(write) {
      const size = bytes.byteLength / pieces;
      for (let i = 0; i < pieces; i++) await write(bytes.subarray(i * size, (i + 1) * size));
    },
  };
}

describe('shapes', () => {
  const g = new Graph('shapes');
  const x = g.input('x', 'float', ['batch', 4, 6]);
  it('follow from the operators', () => {
    expect(transpose(g, x, [0, 2, 1]).shape).toEqual(['batch', 6, 4]);
    expect(slice(g, x, 1, 1, 3).shape).toEqual(['batch', 2, 6]);
    expect(padZeros(g, x, 1, 1, 2).shape).toEqual(['batch', 7, 6]);
    expect(concat(g, [x, x], 1).shape).toEqual(['batch', 8, 6]);
    expect(splitLast(g, x, 3).map(({ shape }) => shape)).toEqual(Array(3).fill(['batch', 4, 2]));
    const ids = g.input('ids', 'int64', ['batch', 'text']);
    const table = g.weight('table', 'float', [10, 6], weightOf([]));
    expect(gather(g, table, ids).shape).toEqual(['batch', 'text', 6]);
    expect(add(g, x, g.input('y', 'float', [1, 6])).shape).toEqual(['batch', 4, 6]);
  });
  it('that do not fit are refused with the names of both values', () => {
    const y = g.input('odd', 'float', ['batch', 4, 5]);
    expect(() => add(g, x, y)).toThrow(/x: float\[batch, 4, 6\] and odd: float\[batch, 4, 5\]/);
    expect(() => gemm(g, reshape(g, x, [-1, 6], ['n', 6]), reshape(g, y, [-1, 5], ['n', 5]))).toThrow(RangeError);
    expect(() => splitLast(g, x, 4)).toThrow(RangeError);
    expect(() => concat(g, [g.input('free', 'float', ['n'])], 0)).toThrow(/not known while compiling/);
  });
});

it('names nodes after their scopes, and never twice', () => {
  const g = new Graph('names');
  const x = g.input('x', 'float', [2]);
  g.scope('layers.0', () => g.scope('mlp', () => [add(g, x, x), add(g, x, x)]));
  expect(g.nodes.map(({ name }) => name)).toEqual(['layers.0/mlp/Add', 'layers.0/mlp/Add_1']);
});

it('a graph stores equal constants once', () => {
  const g = new Graph('constants');
  expect(int64s(g, [1, 2])).toBe(int64s(g, [1, 2]));
  expect(int64s(g, [1, 2])).not.toBe(int64s(g, [2, 1]));
});

it('a graph builds attention with exactly the inputs and attributes it means', () => {
  const g = new Graph('attention');
  const query = g.input('q', 'float', ['b', 1, 8]);
  const cache = { key: g.input('k', 'float', ['b', 2, 'p', 4]), value: g.input('v', 'float', ['b', 2, 'p', 4]) };
  const bias = g.input('bias', 'float', [1, 2, 1, 't']);
  const { present } = multiHeadAttention(
    g,
    { query, key: query, value: query, bias, past: { ...cache, totalLength: 't' } },
    2,
    0.5,
  );
  expect(present?.key.shape).toEqual(['b', 2, 't', 4]);
  const [node] = g.nodes;
  expect(node).toMatchObject({
    opType: 'MultiHeadAttention',
    domain: 'com.microsoft',
    input: ['q', 'q', 'q', '', '', 'bias', 'k', 'v'],
  });
  expect(node?.attribute.map(({ name, i, f }) => [name, i, f])).toEqual([
    ['num_heads', 2n, 0],
    ['scale', 0n, 0.5],
  ]);
});

it('a graph streams weights into an aligned data file that onnxruntime reads', async ({ folder }) => {
  const g = new Graph('product');
  const x = g.input('x', 'float', ['rows', 3]);
  const odd = g.weight('bias', 'float', [2], weightOf([10, 20]));
  const matrix = g.weight('matrix', 'float', [2, 3], weightOf([1, 2, 3, 4, 5, 6], 3));
  g.output('y', gemm(g, x, matrix, odd));
  const written: number[] = [];
  const files = await writeModel(g, folder.path, 'test', { onWritten: (bytes) => written.push(bytes) });
  expect(files.map(({ name, sizeBytes }) => [name, sizeBytes > 0])).toEqual([
    ['product.onnx.data', true],
    ['product.onnx', true],
  ]);
  expect(written).toEqual([8, 8, 8, 8]);

  const model = fromBinary(ModelProtoSchema, await readFile(path.join(folder.path, 'product.onnx')));
  const external =
    model.graph?.initializer.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL) ?? [];
  expect(
    external.map(({ name, externalData }) => [name, externalData.find(({ key }) => key === 'offset')?.value]),
  ).toEqual([
    ['bias', '0'],
    ['matrix', '64'],
  ]);

  const session = await ort.InferenceSession.create(path.join(folder.path, 'product.onnx'));
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 0, 0, 1, 1, 1), [2, 3]) });
  expect([...((y?.data as Float32Array | undefined) ?? [])]).toEqual([11, 24, 16, 35]);
  await session.release();
});

it('a graph refuses a weight that comes out at another size than it announced', async ({ folder }) => {
  const g = new Graph('liar');
  const stream: WeightStream = { sizeBytes: 8, tensors: [], stream: (write) => write(new Uint8Array(4)) };
  g.output('y', g.weight('w', 'float', [2], stream));
  await expect(writeModel(g, folder.path, 'test')).rejects.toThrow(/another size/);
});
