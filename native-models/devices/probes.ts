/**
 * @file Whether a device computes single operators rightly, whatever the model: a model's own self-test shows a faulty one
 * only where the model happens to meet the fault, and with quantised weights it cannot be strict. Model host.
 */
import * as ort from 'onnxruntime-node';
import { multiHeadAttention } from '../onnx/attention.ts';
import { type AttentionForm, Graph } from '../onnx/graph.ts';
import { castToFloat, castToHalf, gemm } from '../onnx/operators.ts';
import { matMulBlocks } from '../onnx/quantizedOperators.ts';
import { type Device, providerOf } from './device.ts';

const [positions, heads, headSize] = [96, 2, 32];
const attentionTolerance = 5e-3;

/**
 * WebGPU's fused attention is wrong on some adapters for 32 and more query positions (see `AttentionForm`): by 4e-2 to
 * 5e-1, far more than another order of adding up explains.
 * @throws onnxruntime's errors
 */
export async function computesFusedAttention(device: Device): Promise<boolean> {
  return differsBy(await attention('cpu', 'composed'), await attention(device, 'fused')) <= attentionTolerance;
}

/** softmax(q · kᵀ · scale + bias) · v of made-up values, as one long row. */
async function attention(device: Device, form: AttentionForm): Promise<Float32Array> {
  const graph = new Graph('attention_probe', form);
  const shape = [1, positions, heads * headSize];
  const inputs = {
    query: graph.input('query', 'float', shape),
    key: graph.input('key', 'float', shape),
    value: graph.input('value', 'float', shape),
    bias: graph.input('bias', 'float', [1, 1, positions, positions]),
  };
  graph.output('result', multiHeadAttention(graph, inputs, heads, headSize ** -0.5).output);
  return await run(graph, device, {
    query: waves(shape, 0.7),
    key: waves(shape, 1.1),
    value: waves(shape, 1.9),
    bias: waves([1, 1, positions, positions], 0.3),
  });
}

const [rows, columns, outputs, blockSize] = [4, 128, 64, 32];
/** Of the largest output: the CPU rounds what is multiplied to eight bits, which is half a percent of it. */
const matrixTolerance = 3e-2;

/** Matrices of quantised weights. @throws onnxruntime's errors */
export async function computesQuantizedMatrices(device: Device, bits: 4 | 8): Promise<boolean> {
  const expected = await quantizedProduct('cpu', bits);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return differsBy(expected, await quantizedProduct(device, bits)) <= matrixTolerance * largest;
}

async function quantizedProduct(device: Device, bits: 4 | 8): Promise<Float32Array> {
  const graph = new Graph('matrix_probe');
  const blocks = columns / blockSize;
  const blockBytes = (blockSize * bits) / 8;
  const codes = Uint8Array.from({ length: outputs * blocks * blockBytes }, (_, i) => (i * 151 + 37 * (i >> 5)) & 255);
  const scales = Float32Array.from({ length: outputs * blocks }, (_, i) => (0.5 + (i % 7) / 8) / 2 ** bits);
  const matrix = {
    codes: graph.constant('uint8', [outputs, blocks, blockBytes], codes),
    scales: graph.constant('float', [outputs, blocks], new Uint8Array(scales.buffer)),
    bits,
    blockSize,
    shape: [outputs, columns] as const,
  };
  graph.output('result', matMulBlocks(graph, graph.input('x', 'float', [rows, columns]), matrix));
  return await run(graph, device, { x: waves([rows, columns], 0.9) });
}

/** Of the largest output: each is a sum of 128 products of numbers with 11 bits. */
const halfTolerance = 5e-3;

/** Matrices of float16. @throws onnxruntime's errors, where the device has no float16 too */
export async function computesHalfMatrices(device: Device): Promise<boolean> {
  const expected = await halfProduct('cpu');
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return differsBy(expected, await halfProduct(device)) <= halfTolerance * largest;
}

async function halfProduct(device: Device): Promise<Float32Array> {
  const graph = new Graph('half_probe');
  const weights = Float16Array.from({ length: outputs * columns }, (_, i) => Math.sin(i * 1.3));
  const matrix = graph.constant('float16', [outputs, columns], new Uint8Array(weights.buffer));
  const x = castToHalf(graph, graph.input('x', 'float', [rows, columns]));
  graph.output('result', castToFloat(graph, gemm(graph, x, matrix)));
  return await run(graph, device, { x: waves([rows, columns], 0.9) });
}

async function run(graph: Graph, device: Device, feeds: Readonly<Record<string, ort.Tensor>>): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(graph.serialize('probe', []), {
    executionProviders: [providerOf(device)],
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  try {
    const { result } = await session.run(feeds);
    return Float32Array.from(result?.data as Float32Array);
  } finally {
    await session.release();
  }
}

/** The largest difference; not a number where a value is none. */
function differsBy(expected: Float32Array, found: Float32Array): number {
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] ?? Number.NaN))), 0);
}

function waves(dims: readonly number[], frequency: number): ort.Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const values = Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(frequency * i + i / 97));
  return new ort.Tensor('float32', values, dims);
}
