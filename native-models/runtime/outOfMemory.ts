/** @file Tells errors that mean "too much at once" from others: less may still be possible. Model host. */

/** What says so, by who says it. */
const outOfMemory = [
  /bad_alloc|bad allocation/, // C++, on Windows the latter
  /allocation failed/i, // V8
  /failed to allocate memory|available memory of .* is smaller than requested/i, // onnxruntime's arena
  /out of memory/i, // CUDA, Dawn, and our own errors
  /CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|CU\w+_STATUS_ALLOC_FAILED/, // CUDA, cuBLAS, cuDNN
  /VK_ERROR_OUT_OF_(?:DEVICE|HOST|POOL)_MEMORY/, // Vulkan, below Dawn
  // DirectML's HRESULT, whose sentence is in the system's language, and what Direct3D calls it
  /8007000E|E_OUTOFMEMORY/,
];

/** @param error of onnxruntime, a driver or V8; also a DeviceError made of one, or the message alone */
export function isOutOfMemory(error: unknown): boolean {
  const text = String(error);
  return outOfMemory.some((pattern) => pattern.test(text));
}
