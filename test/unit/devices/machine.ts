/** @file A machine as tests want it, with the files that are named. */
import path from 'node:path';
import type { DeviceMachine } from '../../../native-models/devices/availability.ts';

export function machineWith(files: readonly string[] = [], of: Partial<DeviceMachine> = {}): DeviceMachine {
  return {
    platform: 'linux',
    env: {},
    homeFolder: '/home/ada',
    providers: ['cpu', 'webgpu', 'cuda', 'tensorrt'],
    runtimeFolder: '/ort',
    exists: (file) => files.includes(file),
    names: (folder) =>
      files.filter((file) => path.posix.dirname(file) === folder).map((file) => path.posix.basename(file)),
    ...of,
  };
}

/** A card that WebGPU and CUDA have drivers for. */
export const nvidiaFiles = [
  '/dev/nvidia0',
  '/ort/libonnxruntime_providers_cuda.so',
  '/usr/share/vulkan/icd.d/nvidia_icd.json',
];
