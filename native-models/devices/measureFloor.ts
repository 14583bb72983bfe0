/**
 * @file What this machine can do at best through onnxruntime's own operators: how fast it reads memory, and how fast it
 * multiplies matrices in each kind of arithmetic. Nothing that a model does can be faster. In a process of its own, and in
 * benchmarks: `run` blocks its thread.
 */
import * as ort from 'onnxruntime-node';
import { Graph, type OperatorDomain } from '../onnx/graph.ts';
import type { ElementType, Value } from '../onnx/value.ts';
import type { MachineFloor } from './machineFloor.ts';

const repeats = 12;
/** Each of the ten things that are measured is repeated no longer than this. */
const maxMs = 700;
/** Rows, columns in, columns out: products of vision towers' feed-forwards. */
const shapes = [
  [577, 1024, 4096],
  [1024, 6144, 1536],
  [1024, 1536, 6144],
] as const;
const blockSize = 128;

/** Takes less than ten seconds. */
export async function measureFloor(): Promise<MachineFloor> {
  const best = async (product: typeof floatProduct) => {
    const speeds: number[] = [];
    for (const [M, K, N] of shapes) speeds.push((2 * M * K * N) / ((await fastestMs(product(M, K, N), M, K)) / 1e3));
    return Math.max(...speeds);
  };
  return {
    memoryBytesPerSecond: await readingSpeed(),
    operationsPerSecond: {
      float: await best(floatProduct),
      int8: await best(int8Product),
      blocks: await best(blocksProduct),
    },
  };
}

/** Of a matrix that is far larger than the caches, multiplied with one row where it lies. */
async function readingSpeed(): Promise<number> {
  const [K, N] = [4096, 24_576];
  const graph = new Graph('reading');
  const x = graph.input('x', 'float', [1, K]);
  const weights = graph.input('weights', 'float', [N, K]);
  multiply(graph, 'Gemm', '', [x, weights], { transB: 1n }, [1, N]);
  const data = new Float32Array(N * K).fill(0.5);
  const ms = await fastestMs(graph, 1, K, { weights: new ort.Tensor('float32', data, [N, K]) });
  return data.byteLength / (ms / 1e3);
}

function floatProduct(M: number, K: number, N: number): Graph {
  const graph = new Graph('float');
  const x = graph.input('x', 'float', [M, K]);
  const weights = constant(graph, 'float', [K, N], new Float32Array(K * N).fill(0.01));
  return multiply(graph, 'MatMul', '', [x, weights], {}, [M, N]);
}

function int8Product(M: number, K: number, N: number): Graph {
  const graph = new Graph('int8');
  const x = graph.input('x', 'float', [M, K]);
  const weights = constant(graph, 'int8', [K, N], new Int8Array(K * N).fill(3));
  const scale = constant(graph, 'float', [], Float32Array.of(0.01));
  return multiply(graph, 'DynamicQuantizeMatMul', 'com.microsoft', [x, weights, scale], {}, [M, N]);
}

function blocksProduct(M: number, K: number, N: number): Graph {
  const graph = new Graph('blocks');
  const x = graph.input('x', 'float', [M, K]);
  const blocks = K / blockSize;
  const weights = constant(graph, 'uint8', [N, blocks, blockSize / 2], new Uint8Array((N * K) / 2).fill(0x79));
  const scales = constant(graph, 'float', [N, blocks], new Float32Array(N * blocks).fill(0.01));
  const sizes = { K: BigInt(K), N: BigInt(N), bits: 4n, block_size: BigInt(blockSize), accuracy_level: 4n };
  return multiply(graph, 'MatMulNBits', 'com.microsoft', [x, weights, scales], sizes, [M, N]);
}

function constant(graph: Graph, type: ElementType, shape: number[], values: Float32Array | Int8Array | Uint8Array) {
  return graph.constant(type, shape, new Uint8Array(values.buffer));
}

function multiply(
  graph: Graph,
  operator: string,
  domain: OperatorDomain,
  inputs: readonly Value[],
  attributes: Readonly<Record<string, bigint>>,
  shape: readonly number[],
): Graph {
  const [product] = graph.node(operator, domain, inputs, attributes, [{ type: 'float', shape }]);
  if (product === undefined) throw new RangeError(`${operator} returns nothing`);
  graph.output('product', product);
  return graph;
}

/** @param others what the graph takes besides `x` [M, K] */
async function fastestMs(graph: Graph, M: number, K: number, others: Record<string, ort.Tensor> = {}): Promise<number> {
  const x = new ort.Tensor(
    'float32',
    Float32Array.from({ length: M * K }, (_, i) => (i % 251) / 251),
    [M, K],
  );
  const session = await ort.InferenceSession.create(graph.serialize('0', []));
  try {
    let fastest = Number.POSITIVE_INFINITY;
    const endMs = performance.now() + maxMs;
    for (let i = 0; i < repeats && (i < 2 || performance.now() < endMs); i++) {
      const start = performance.now();
      await session.run({ x, ...others });
      fastest = Math.min(fastest, performance.now() - start);
    }
    return fastest;
  } finally {
    await session.release();
  }
}
