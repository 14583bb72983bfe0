/**
 * @file Whether a device computes onnxruntime's fused attention rightly. WebGPU's is wrong on some adapters for 32 and
 * more query positions (see `AttentionForm`), which a model's own self-test shows only where it has so many. Model host.
 */
import * as ort from 'onnxruntime-node';
import { multiHeadAttention } from '../onnx/fusedOperators.ts';
import { type AttentionForm, Graph } from '../onnx/graph.ts';
import { type Device, providerOf } from './device.ts';

const [positions, heads, headSize] = [96, 2, 32];
const shape = [1, positions, heads * headSize];
const tolerance = 5e-3;

/** Small errors of a GPU are far below the tolerance, the fault far above it: 4e-2 to 5e-1. @throws onnxruntime's errors */
export async function computesFusedAttention(device: Device): Promise<boolean> {
  const expected = await attention('cpu', 'composed');
  const found = await attention(device, 'fused');
  return found.every((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)) <= tolerance);
}

/** softmax(q · kᵀ · scale + bias) · v of made-up values, as one long row. */
async function attention(device: Device, form: AttentionForm): Promise<Float32Array> {
  const graph = new Graph('attention_probe', form);
  const [query, key, value] = [
    graph.input('query', 'float', shape),
    graph.input('key', 'float', shape),
    graph.input('value', 'float', shape),
  ];
  const bias = graph.input('bias', 'float', [1, 1, positions, positions]);
  const { output } = multiHeadAttention(graph, { query, key, value, bias }, heads, headSize ** -0.5);
  graph.output('attended', output);
  const session = await ort.InferenceSession.create(graph.serialize('probe', []), {
    executionProviders: [providerOf(device)],
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  try {
    const { attended } = await session.run({
      query: waves(shape, 0.7),
      key: waves(shape, 1.1),
      value: waves(shape, 1.9),
      bias: waves([1, 1, positions, positions], 0.3),
    });
    return Float32Array.from(attended?.data as Float32Array);
  } finally {
    await session.release();
  }
}

function waves(dims: readonly number[], frequency: number): ort.Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return new ort.Tensor(
    'float32',
    Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(frequency * i + i / 97)),
    dims,
  );
}
