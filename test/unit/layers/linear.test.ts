/** @file Linear layers of one input: what they compute does not depend on whether their matrices are stored as one. */
import { describe, expect, it } from 'vitest';
import { GraphWeights, TensorAccount } from '../../../native-models/checkpoint/graphWeights.ts';
import type { TensorSource } from '../../../native-models/checkpoint/storedTensors.ts';
import { TensorReader } from '../../../native-models/checkpoint/weightStreams.ts';
import { linear, linears } from '../../../native-models/layers/linear.ts';
import { type AttentionForm, Graph } from '../../../native-models/onnx/graph.ts';
import { writeModel } from '../../../native-models/onnx/modelWriter.ts';
import { formatOf, type ModelPart, type Precision } from '../../../native-models/quantization/precision.ts';
import { floatsOf, floatTensor, GraphSession, outputOf } from '../../../native-models/runtime/graphSession.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const [outSize, inSize, rows] = [48, 80, 3];
const paths = ['query', 'key', 'value'] as const;

/** Random matrices and biases of the three layers. */
function randomTensors(): TensorSource {
  const random = randomNumbers(7);
  const tensors = new Map(
    paths.flatMap((path, i) => [
      [`${path}.weight`, randomTensor(random, [outSize, inSize], i + 1)],
      [`${path}.bias`, randomTensor(random, [outSize], 1)],
    ]),
  );
  const entry = (name: string) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`no tensor ${name}`);
    return tensor;
  };
  return {
    tensorNames: () => [...tensors.keys()],
    has: (name) => tensors.has(name),
    entry,
    async read(name, offsetBytes, target) {
      target.set(new Uint8Array(entry(name).values.buffer, offsetBytes, target.byteLength));
    },
  };
}

function randomTensor(random: () => number, shape: readonly number[], size: number) {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const values = Float32Array.from({ length }, () => (random() - 0.5) * size);
  return { dtype: 'F32', shape, sizeBytes: values.byteLength, values };
}

/** The three layers, at once or one by one. */
function layersOf(tensors: TensorSource, precision: Precision, part: ModelPart, form: AttentionForm, atOnce: boolean) {
  const graph = new Graph('layers', form);
  const account = new TensorAccount(tensors);
  const source = { tensors, account, reader: new TensorReader(tensors) };
  const context = { graph, weights: new GraphWeights(graph, source, () => formatOf(precision, part)) };
  const x = graph.input('x', 'float', [1, rows, inSize]);
  const products = atOnce
    ? linears(context, x, paths, outSize)
    : paths.map((path) => linear(context, x, path, outSize));
  for (const [i, product] of products.entries()) graph.output(paths[i] as string, product);
  account.close(() => false);
  return graph;
}

async function run(graph: Graph, x: Float32Array) {
  await using folder = await temporaryFolder();
  await writeModel(graph, folder.path, 'test');
  const settings = { device: 'cpu', threads: 1, prepacks: true, attention: graph.attention } as const;
  await using session = await GraphSession.open(folder.path, 'layers', settings);
  const outputs = await session.run({ x: floatTensor(x, [1, rows, inSize]) });
  return paths.map((path) => floatsOf(outputOf(outputs, path)));
}

const products = (graph: Graph) => graph.nodes.filter(({ opType }) => /MatMul|Gemm/.test(opType)).length;

describe.each(['fused', 'composed'] as const)('linear layers of one input, attention %s', (form) => {
  it.each([
    ['int4', 'decoder', 1],
    ['int8', 'decoder', 1],
    ['int8', 'vision', 1],
    ['fp32', 'decoder', paths.length],
  ] as const)('%s, %s: compute what each computes alone', async (precision, part, expectedProducts) => {
    const tensors = randomTensors();
    const random = randomNumbers(8);
    const x = Float32Array.from({ length: rows * inSize }, () => random() - 0.5);
    const atOnce = layersOf(tensors, precision, part, form, true);
    const oneByOne = layersOf(tensors, precision, part, form, false);
    expect(products(atOnce)).toBe(expectedProducts);
    expect(products(oneByOne)).toBe(paths.length);
    expect(await run(atOnce, x)).toEqual(await run(oneByOne, x));
  });
});
