/** @file What a device is called, which is the same in both languages. */
const names: ReadonlyMap<string, string> = new Map([
  ['cpu', 'CPU'],
  ['webgpu', 'WebGPU'],
  ['cuda', 'CUDA'],
  ['directml', 'DirectML'],
]);

/** @param device as models and runs have it; another library's may be one that this version does not know */
export function deviceName(device: string): string {
  return names.get(device) ?? device;
}
