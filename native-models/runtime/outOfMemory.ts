/** @file Tells errors that mean "too much at once" from others: less may still be possible. Model host. */

/** By what onnxruntime's devices, C++ and V8 say. */
export function isOutOfMemory(error: unknown): boolean {
  return /bad_alloc|out ?of ?memory|failed to allocate|allocation failed/i.test(String(error));
}
