/** @file What errors of graphics drivers are taken for, in the words that onnxruntime passes on, and which of them, of C++ and of V8 are a lack of memory. */
import { expect, it } from 'vitest';
import {
  deviceErrorOf,
  deviceFaultOf,
  isOutOfMemory,
  noticeOfError,
} from '../../../native-models/devices/deviceError.ts';

it.each([
  ['CUDA failure 2: out of memory ; GPU=0', 'DEVICE_OUT_OF_MEMORY'],
  ['Failed to download data from buffer: Device is lost', 'DEVICE_LOST'],
  ['WebGPU device lost (2): A valid external Instance reference no longer exists.', 'DEVICE_LOST'],
  ['887A0005 DXGI_ERROR_DEVICE_REMOVED: The GPU device instance has been suspended.', 'DEVICE_LOST'],
  ['VK_ERROR_DEVICE_LOST', 'DEVICE_LOST'],
  ['Non-zero status code returned while running Softmax node', 'DEVICE_FAILED'],
])('the error “%s” has the code %s', (message, code) => {
  const error = deviceErrorOf('webgpu', new Error(message));
  expect(error).toMatchObject({ code, details: { device: 'webgpu', reason: message } });
  expect(deviceFaultOf(error.code)).toBeDefined();
});

it('a card without float16 is told of as such', () => {
  const reason = 'Program Cast requires f16 but the device does not support it.';
  const error = deviceErrorOf('webgpu', new Error(reason));
  expect(error.code).toBe('DEVICE_FAILED');
  expect(noticeOfError('webgpu', error)).toEqual({ code: 'noFloat16', params: { device: 'webgpu' } });
});

it('what a picture is at fault for says nothing about a device', () => {
  expect(deviceFaultOf('IMAGE_CORRUPT')).toBeUndefined();
});

it.each([
  'std::bad_alloc',
  'bad allocation',
  'Array buffer allocation failed',
  'bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 2830172160',
  'Available memory of 1024 is smaller than requested bytes of 4096',
  'CUDA failure 2: out of memory ; GPU=0 ; hostname=host ; expr=cudaMalloc((void**)&p, size);',
  'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; expr=cublasCreate(&cublas_handle_);',
  'CUDNN failure 4: CUDNN_STATUS_ALLOC_FAILED ; GPU=0',
  'cudaErrorMemoryAllocation',
  'WebGPU device error(2): Out of memory',
  'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
  'vkCreateBuffer failed with VK_ERROR_OUT_OF_HOST_MEMORY',
  'BucketizedBufferAllocator.cpp(122) Exception(1) tid(4790) 8007000E Not enough memory resources are available to complete this operation.',
  'BucketizedBufferAllocator.cpp(122) Exception(1) tid(4790) 8007000E 内存资源不足，无法完成此操作。',
  'E_OUTOFMEMORY',
])('“%s” is a lack of memory', (message) => {
  expect(isOutOfMemory(new Error(message))).toBe(true);
  const error = deviceErrorOf('webgpu', new Error(message));
  expect(error.code).toBe('DEVICE_OUT_OF_MEMORY');
  // what tries again with less asks the device's error, too
  expect(isOutOfMemory(error)).toBe(true);
});

it.each([
  'Non-zero status code returned while running Softmax node',
  '887A0005 DXGI_ERROR_DEVICE_REMOVED: The GPU device instance has been suspended.',
  'VK_ERROR_DEVICE_LOST',
  'CUBLAS failure 13: CUBLAS_STATUS_EXECUTION_FAILED',
  'Invalid array length',
])('“%s” is no lack of memory', (message) => {
  expect(isOutOfMemory(new Error(message))).toBe(false);
});
