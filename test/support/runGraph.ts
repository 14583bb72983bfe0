/** @file Runs a graph that a test has built from constants. */
import * as ort from 'onnxruntime-node';
import type { Graph } from '../../native-models/onnx/graph.ts';

export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

/** The values of the graph's outputs by name. */
export async function runGraph(
  graph: Graph,
  feeds: Readonly<Record<string, ort.Tensor>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const session = await ort.InferenceSession.create(graph.serialize('test', []), { logSeverityLevel: 3 });
  try {
    const outputs = await session.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  } finally {
    await session.release();
  }
}
