/** @file For which graphics card a model is imported. */
import { expect, it } from 'vitest';
import { graphicsCardFor, type ListedDevice } from '../../../native-models/devices/listedDevice.ts';

const listed = (device: ListedDevice['device'], facts: Partial<ListedDevice> = {}): ListedDevice => {
  return { device, problem: null, isSoftware: false, freeBytes: 8e9, hasFloat16: true, ...facts };
};
const cpu = listed('cpu', { hasFloat16: false });

it.each([
  [
    'the best that works',
    'auto',
    [listed('cuda', { problem: { code: 'failed', params: { device: 'cuda' } } }), listed('webgpu'), cpu],
    'webgpu',
  ],
  ['the one that was chosen', 'webgpu', [listed('cuda'), listed('webgpu'), cpu], 'webgpu'],
  ['none that the processor emulates', 'auto', [listed('webgpu', { isSoftware: true }), cpu], undefined],
  [
    'one that the processor emulates, when it was chosen',
    'webgpu',
    [listed('webgpu', { isSoftware: true }), cpu],
    'webgpu',
  ],
  ['none whose memory is not known', 'auto', [listed('directml', { freeBytes: null }), cpu], undefined],
  ['none where the CPU was chosen', 'cpu', [listed('cuda'), cpu], undefined],
] as const)('the graphics card that a model is imported for is %s', (_, choice, devices, device) => {
  expect(graphicsCardFor(choice, devices)?.device).toBe(device);
});
