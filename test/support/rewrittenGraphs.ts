/**
 * @file Compiled models with something put before each of their matrix products: to see what goes in, or to round it the
 * way that a careless quantisation would. Their graphs are changed where they lie.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from '../../native-models/onnx/generated/onnx_pb.js';
import { onnxDataType } from '../../native-models/onnx/value.ts';

const observedPrefix = 'observed:';
const products: ReadonlySet<string> = new Set(['Gemm', 'FusedMatMul']);

/**
 * What goes into each product becomes an output, `observed:<the matrix's name in the checkpoint>`, [rows, columns of the
 * matrix], or with a leading axis of sequences.
 */
export async function observeActivations(folder: string): Promise<void> {
  await rewriteProducts(folder, (graph, { input: [activation = '', matrix = ''] }) => {
    const name = observedPrefix + matrix;
    graph.output.push(
      create(ValueInfoProtoSchema, {
        name,
        type: { value: { case: 'tensorType', value: { elemType: onnxDataType.float } } },
      }),
    );
    return [operator('Identity', [activation], [name])];
  });
}

/** The matrix whose input an output holds, where it does. */
export function observedMatrix(output: string): string | undefined {
  return output.startsWith(observedPrefix) ? output.slice(observedPrefix.length) : undefined;
}

/** Rounds what goes into each product to 8 bits with one scale for the whole tensor, as DynamicQuantizeMatMul does. */
export async function roundActivationsPerTensor(folder: string): Promise<void> {
  await rewriteProducts(folder, (_, product) => {
    const [activation = '', matrix] = product.input;
    const [rounded, scale, zero, restored] = ['rounded', 'scale', 'zero', 'restored'].map((of) => `${matrix}:${of}`);
    if (rounded === undefined || scale === undefined || zero === undefined || restored === undefined) return [];
    product.input[0] = restored;
    return [
      operator('DynamicQuantizeLinear', [activation], [rounded, scale, zero]),
      operator('DequantizeLinear', [rounded, scale, zero], [restored]),
    ];
  });
}

/** Has every product in float32 done in float16, and its result made float32 again. */
export async function multiplyInHalf(folder: string): Promise<void> {
  await rewriteGraphs(folder, (graph) => {
    const isHalf = halfProducts(graph);
    graph.node = graph.node.flatMap((node) => {
      if (!products.has(node.opType) || isHalf(node)) return [node];
      const result = node.output[0] ?? '';
      const casts = node.input.map((input, i) => cast(input, `${result}:half${i}`, 'float16'));
      node.input = casts.map(({ output }) => output[0] ?? '');
      node.output = [`${result}:half`];
      return [...casts, node, cast(`${result}:half`, result, 'float')];
    });
  });
}

/**
 * Has the results of products in float16 rounded to it: the CPU computes them in float32, and takes no notice of a cast to
 * float16 that another one follows at once.
 */
export async function roundHalfProducts(folder: string): Promise<void> {
  await rewriteGraphs(folder, (graph) => {
    const isHalf = halfProducts(graph);
    graph.node = graph.node.flatMap((node) => {
      if (!isHalf(node)) return [node];
      const result = node.output[0] ?? '';
      node.output = [`${result}:unrounded`];
      return [node, operator('Identity', node.output, [result])];
    });
  });
}

function halfProducts(graph: GraphProto): (node: NodeProto) => boolean {
  const half = new Set(
    graph.initializer.filter(({ dataType }) => dataType === onnxDataType.float16).map(({ name }) => name),
  );
  for (const { opType, input, output } of graph.node) {
    const isNarrowed = opType === 'Cast' && graph.initializer.some(({ name }) => name === input[0]);
    if (isNarrowed && output[0] !== undefined) half.add(output[0]);
  }
  return ({ opType, input }) => products.has(opType) && half.has(input[1] ?? '');
}

/** @param before changes a product, and returns what is to be computed before it */
async function rewriteProducts(
  folder: string,
  before: (graph: GraphProto, product: NodeProto) => NodeProto[],
): Promise<void> {
  await rewriteGraphs(folder, (graph) => {
    graph.node = graph.node.flatMap((node) => (products.has(node.opType) ? [...before(graph, node), node] : [node]));
  });
}

async function rewriteGraphs(folder: string, rewrite: (graph: GraphProto) => void): Promise<void> {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.onnx'))) {
    const model = fromBinary(ModelProtoSchema, await readFile(path.join(folder, file)));
    const { graph } = model;
    if (graph === undefined) throw new Error(`${file} holds no graph`);
    rewrite(graph);
    await writeFile(path.join(folder, file), toBinary(ModelProtoSchema, model));
  }
}

function operator(opType: string, input: string[], output: string[]): NodeProto {
  return create(NodeProtoSchema, { name: output[0] ?? '', opType, input, output });
}

function cast(input: string, output: string, to: 'float' | 'float16'): NodeProto {
  const node = operator('Cast', [input], [output]);
  const i = BigInt(onnxDataType[to]);
  node.attribute.push(create(AttributeProtoSchema, { name: 'to', type: AttributeProto_AttributeType.INT, i }));
  return node;
}
