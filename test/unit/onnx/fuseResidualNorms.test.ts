/** @file The pass that makes one operator of a residual sum and the RMS norm of it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect } from 'vitest';
import { ModelProtoSchema } from '../../../native-models/onnx/generated/onnx_pb.js';
import { Graph } from '../../../native-models/onnx/graph.ts';
import { writeModel } from '../../../native-models/onnx/modelWriter.ts';
import { add, layerNormalization, simplifiedLayerNormalization } from '../../../native-models/onnx/operators.ts';
import {
  defaultSessionSettings,
  floatsOf,
  floatTensor,
  GraphSession,
  outputOf,
} from '../../../native-models/runtime/graphSession.ts';
import { it } from '../../support/fixtures.ts';

const D = 4;
const skipNorm = 'SkipSimplifiedLayerNormalization';

function vector(g: Graph, name: string, values: readonly number[]) {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return g.weight(name, 'float', [D], { sizeBytes: bytes.byteLength, tensors: [], stream: (write) => write(bytes) });
}

/** The operators of the file that is written, and their domains. */
async function written(g: Graph, folder: string) {
  await writeModel(g, folder, 'test');
  const model = fromBinary(ModelProtoSchema, await readFile(path.join(folder, `${g.name}.onnx`)));
  return {
    nodes: model.graph?.node ?? [],
    operators: model.graph?.node.map(({ opType }) => opType),
    domains: model.opsetImport.map(({ domain }) => domain),
  };
}

/** RMSNorm of x, in double precision. */
function normalized(x: readonly number[], scale: readonly number[], epsilon: number): number[] {
  const deviation = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / D + epsilon);
  return x.map((value, i) => (value / deviation) * (scale[i] ?? Number.NaN));
}

it('the fused norm gives the norm and the sum, which others read under its name', async ({ folder }) => {
  const g = new Graph('block');
  const x = g.input('x', 'float', ['rows', 1, D]);
  const part = g.input('part', 'float', ['rows', 1, D]);
  const scale = [1, 2, 3, 4];
  const sum = add(g, x, part);
  const norm = simplifiedLayerNormalization(g, sum, vector(g, 'scale', scale), 1e-6);
  g.output('next', add(g, sum, norm));
  g.output('norm', norm);
  const { nodes, operators, domains } = await written(g, folder.path);
  expect(operators).toEqual([skipNorm, 'Add', 'Identity', 'Identity']);
  expect(nodes[0]).toMatchObject({ input: ['part', 'x', 'scale'], output: [norm.name, '', '', sum.name] });
  expect(nodes[0]?.attribute.map(({ name, f }) => [name, f])).toEqual([['epsilon', Math.fround(1e-6)]]);
  expect(domains).toEqual(['', 'com.microsoft']);

  await using session = await GraphSession.open(folder.path, 'block', defaultSessionSettings);
  const [a, b] = [
    [1, -2, 3, 4],
    [5, 1, -1, 0.5],
  ] as const;
  const tensor = (values: readonly number[]) => floatTensor(Float32Array.from(values), [1, 1, D]);
  const outputs = await session.run({ x: tensor(a), part: tensor(b) });
  const summed = a.map((value, i) => value + (b[i] as number));
  const expected = normalized(summed, scale, 1e-6);
  for (const [i, value] of floatsOf(outputOf(outputs, 'norm')).entries())
    expect(value).toBeCloseTo(expected[i] as number, 5);
  for (const [i, value] of floatsOf(outputOf(outputs, 'next')).entries())
    expect(value).toBeCloseTo((summed[i] as number) + (expected[i] as number), 5);
});

it('the fused norm stands in the place of the sum, so that a reader before the norm finds it computed', async ({
  folder,
}) => {
  const g = new Graph('early');
  const x = g.input('x', 'float', ['rows', 1, D]);
  const sum = add(g, x, g.input('part', 'float', ['rows', 1, D]));
  g.output('sum', sum);
  g.output('norm', simplifiedLayerNormalization(g, sum, vector(g, 'scale', [1, 1, 1, 1]), 1e-6));
  expect((await written(g, folder.path)).operators).toEqual([skipNorm, 'Identity', 'Identity']);
});

describe('leaves apart', () => {
  it.for<[string, (g: Graph) => void, string[]]>([
    [
      'a sum that broadcasts',
      (g) => {
        const sum = add(g, g.input('x', 'float', ['rows', 1, D]), vector(g, 'shift', [1, 2, 3, 4]));
        g.output('y', simplifiedLayerNormalization(g, sum, vector(g, 'scale', [1, 1, 1, 1]), 1e-6));
      },
      ['Add', 'SimplifiedLayerNormalization', 'Identity'],
    ],
    [
      'a norm of something else',
      (g) => {
        const x = g.input('x', 'float', ['rows', 1, D]);
        g.output('y', simplifiedLayerNormalization(g, x, vector(g, 'scale', [1, 1, 1, 1]), 1e-6));
      },
      ['SimplifiedLayerNormalization', 'Identity'],
    ],
    [
      'a layer norm, whose fused operator has twice the rounding error',
      (g) => {
        const sum = add(g, g.input('x', 'float', ['rows', 1, D]), g.input('part', 'float', ['rows', 1, D]));
        const [scale, bias] = [vector(g, 'scale', [1, 1, 1, 1]), vector(g, 'bias', [0, 0, 0, 0])];
        g.output('y', layerNormalization(g, sum, scale, bias, 1e-6));
      },
      ['Add', 'LayerNormalization', 'Identity'],
    ],
    [
      'the second norm of one sum',
      (g) => {
        const sum = add(g, g.input('x', 'float', ['rows', 1, D]), g.input('part', 'float', ['rows', 1, D]));
        for (const name of ['first', 'second'])
          g.output(name, simplifiedLayerNormalization(g, sum, vector(g, `scale.${name}`, [1, 1, 1, 1]), 1e-6));
      },
      [skipNorm, 'Identity', 'SimplifiedLayerNormalization', 'Identity'],
    ],
  ])('%s', async ([_, build, expected], { folder }) => {
    const g = new Graph('apart');
    build(g);
    const { operators, domains } = await written(g, folder.path);
    expect(operators).toEqual(expected);
    expect(domains).toEqual(expected.includes(skipNorm) ? ['', 'com.microsoft'] : ['']);
  });
});
