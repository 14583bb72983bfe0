/** @file How the files of a compiled model are called. Compiler and runtime. */
import type { AttentionForm } from './graph.ts';

/** The model file of a graph in one of its forms. */
export function modelFileName(name: string, attention: AttentionForm): string {
  return attention === 'fused' ? `${name}.onnx` : `${name}.${attention}.onnx`;
}
