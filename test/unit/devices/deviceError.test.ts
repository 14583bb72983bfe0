/** @file What errors of graphics drivers are taken for, in the words that onnxruntime passes on. */
import { expect, it } from 'vitest';
import { deviceErrorOf, deviceFaultOf, noticeOfError } from '../../../native-models/devices/deviceError.ts';

it.each([
  ['CUDA failure 2: out of memory ; GPU=0', 'DEVICE_OUT_OF_MEMORY'],
  ['Failed to download data from buffer: Device is lost', 'DEVICE_LOST'],
  ['WebGPU device lost (2): A valid external Instance reference no longer exists.', 'DEVICE_LOST'],
  ['887A0005 DXGI_ERROR_DEVICE_REMOVED: The GPU device instance has been suspended.', 'DEVICE_LOST'],
  ['VK_ERROR_DEVICE_LOST', 'DEVICE_LOST'],
  ['Non-zero status code returned while running Softmax node', 'DEVICE_FAILED'],
])('%s', (message, code) => {
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
