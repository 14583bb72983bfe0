/** @file What a person is told about the devices of a machine before choosing one. */
import { expect, it } from 'vitest';
import type { Device, PassedOver } from '../../../native-models/devices/device.ts';
import { listDevices } from '../../../native-models/devices/listDevices.ts';
import { machineWith, nvidiaFiles } from './machine.ts';

async function list(
  files: readonly string[],
  probe: (device: Device) => Promise<void> = async () => {},
  passedOver: PassedOver[] = [],
  computesHalfMatrices: (device: Device) => Promise<boolean> = async () => true,
) {
  const tried: Device[] = [];
  const freeBytesOf = async (device: Device) => (device === 'webgpu' ? undefined : 4e9);
  const devices = await listDevices({
    passedOver,
    onTrying: (device) => tried.push(device),
    parts: { machine: machineWith(files), freeBytesOf, probe, computesHalfMatrices },
  });
  return { tried, devices };
}

it('what there is, the best first, and why not the rest', async () => {
  const { devices, tried } = await list(nvidiaFiles);
  expect(devices).toEqual([
    { device: 'cuda', problem: null, isSoftware: false, freeBytes: 4e9, hasFloat16: true },
    {
      device: 'directml',
      isSoftware: false,
      freeBytes: null,
      hasFloat16: false,
      problem: { code: 'windowsOnly', params: { device: 'directml' } },
    },
    { device: 'webgpu', problem: null, isSoftware: false, freeBytes: null, hasFloat16: true },
    { device: 'cpu', problem: null, isSoftware: false, freeBytes: 4e9, hasFloat16: false },
  ]);
  expect(tried).toEqual(['cuda', 'webgpu']);
});

it('a driver that is there and does not work', async () => {
  const { devices } = await list(nvidiaFiles, async (device) => {
    throw new Error(device === 'webgpu' ? 'Failed to get a WebGPU adapter: No supported adapters' : 'CUDA failure 100');
  });
  expect(devices.map(({ problem }) => problem)).toEqual([
    { code: 'failed', params: { device: 'cuda' } },
    { code: 'windowsOnly', params: { device: 'directml' } },
    { code: 'noAdapter', params: { device: 'webgpu' } },
    null,
  ]);
});

it('one that ended the process is not tried again', async () => {
  const { devices, tried } = await list(nvidiaFiles, undefined, [{ device: 'cuda', fault: 'crashed' }]);
  expect(devices[0]?.problem).toEqual({
    code: 'trialCrashed',
    params: { device: 'cuda' },
  });
  expect(tried).toEqual(['webgpu']);
});

it('one that has no float16, or multiplies it wrongly, can be used all the same', async () => {
  const { devices } = await list(nvidiaFiles, undefined, [], async (device) => {
    if (device === 'webgpu') throw new Error('Program Gemm requires f16 but the device does not support it.');
    return false;
  });
  expect(devices.map(({ problem, hasFloat16 }) => [problem === null, hasFloat16])).toEqual([
    [true, false],
    [false, false],
    [true, false],
    [true, false],
  ]);
});
