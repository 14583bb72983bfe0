/** @file Which devices a machine can have, by what lies on its disk. */
import { expect, it } from 'vitest';
import { availabilityOf } from '../../../native-models/devices/availability.ts';
import { machineWith, nvidiaFiles } from './machine.ts';

const canBeTried = { problem: undefined, isSoftware: false };

it('everything can always be computed on the CPU', () => {
  expect(availabilityOf('cpu', machineWith([], { providers: [] }))).toEqual(canBeTried);
});

it('a card with its drivers and libraries can be tried with CUDA and with WebGPU', () => {
  expect(availabilityOf('cuda', machineWith(nvidiaFiles))).toEqual(canBeTried);
  expect(availabilityOf('webgpu', machineWith(nvidiaFiles))).toEqual(canBeTried);
});

it('a device’s notice says what CUDA lacks: a card, or the libraries that nobody has fetched', () => {
  expect(availabilityOf('cuda', machineWith()).problem).toEqual({
    code: 'noNvidia',
    params: { device: 'cuda' },
  });
  expect(availabilityOf('cuda', machineWith(['/dev/nvidia0'])).problem?.code).toBe('noCuda');
});

it('a device’s notice says that a build of onnxruntime has no such device', () => {
  expect(availabilityOf('directml', machineWith()).problem).toEqual({
    code: 'windowsOnly',
    params: { device: 'directml' },
  });
  const windows = machineWith([], { platform: 'win32', providers: ['cpu', 'dml', 'webgpu'] });
  expect(availabilityOf('directml', windows)).toEqual(canBeTried);
  expect(availabilityOf('cuda', windows).problem).toEqual({ code: 'notIncluded', params: { device: 'cuda' } });
});

it('on Linux WebGPU needs a Vulkan driver, wherever one is registered', () => {
  const card = '/dev/dri/renderD128';
  expect(availabilityOf('webgpu', machineWith([card])).problem).toEqual({
    code: 'noVulkan',
    params: { device: 'webgpu' },
  });
  for (const file of [
    '/etc/vulkan/icd.d/radeon_icd.x86_64.json',
    '/usr/share/vulkan/icd.d/intel_icd.json',
    '/home/ada/.local/share/vulkan/icd.d/mine.json',
  ]) {
    expect(availabilityOf('webgpu', machineWith([card, file]))).toEqual(canBeTried);
  }
});

it('drivers that are named take the place of those that are registered', () => {
  const file = '/usr/share/vulkan/icd.d/intel_icd.json';
  const env = { VK_DRIVER_FILES: '/nowhere.json' };
  expect(availabilityOf('webgpu', machineWith(['/dev/dri/renderD128', file], { env })).problem).toBeDefined();
});

it('a card that the processor plays is known as such, by its driver or by the lack of any card', () => {
  const software = { problem: undefined, isSoftware: true };
  const lavapipe = '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json';
  const radeon = '/usr/share/vulkan/icd.d/radeon_icd.x86_64.json';
  expect(availabilityOf('webgpu', machineWith(['/dev/dri/renderD128', lavapipe]))).toEqual(software);
  expect(availabilityOf('webgpu', machineWith([radeon, lavapipe]))).toEqual(software);
  expect(availabilityOf('webgpu', machineWith(['/dev/dri/renderD128', radeon, lavapipe]))).toEqual(canBeTried);
});
