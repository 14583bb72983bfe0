/**
 * @file The CPU computing float16 as a graphics card does, with every rounding: onnxruntime's CPU has no such operators,
 * casts to float32 around them, and its optimizer then drops the casts, and the roundings with them.
 */
import * as ort from 'onnxruntime-node';
import { vi } from 'vitest';

/** Until it is disposed of, sessions are made without the optimizer. */
export function roundAsCardsDo(): Disposable {
  const create = ort.InferenceSession.create.bind(ort.InferenceSession) as (
    file: string,
    options: ort.InferenceSession.SessionOptions,
  ) => Promise<ort.InferenceSession>;
  const made = async (file: string, options: ort.InferenceSession.SessionOptions) =>
    await create(file, { ...options, graphOptimizationLevel: 'disabled' });
  const spy = vi.spyOn(ort.InferenceSession, 'create').mockImplementation(made as typeof ort.InferenceSession.create);
  return { [Symbol.dispose]: () => spy.mockRestore() };
}
