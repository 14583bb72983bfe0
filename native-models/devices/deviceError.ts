/** @file What can go wrong with a device while it computes, and what onnxruntime's own errors say about it. Model host and its client. */
import { VignetteError } from '../errors.ts';
import { type Device, type DeviceFault, deviceNames } from './device.ts';
import { type DeviceNotice, faultNotice } from './deviceNotice.ts';

/** Stable codes. `DEVICE_UNUSABLE` is told to who asked to have a device tried; the client of a host process goes on without the device upon the others. */
export type DeviceErrorCode =
  | 'DEVICE_LOST'
  | 'DEVICE_OUT_OF_MEMORY'
  | 'DEVICE_FAILED'
  | 'DEVICE_UNUSABLE'
  | 'MACHINE_NOT_MEASURED';

export class DeviceError extends VignetteError {
  declare readonly code: DeviceErrorCode;

  constructor(code: DeviceErrorCode, message: string, details: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(code, message, { details, cause });
  }
}

/** By the code of an error: what it says about the device that was computing. A number that is none counts on a GPU only. */
const faults: Readonly<Record<string, DeviceFault>> = {
  DEVICE_LOST: 'lost',
  DEVICE_OUT_OF_MEMORY: 'out-of-memory',
  DEVICE_FAILED: 'failed',
  MODEL_NOT_FINITE: 'not-finite',
};

export function deviceFaultOf(code: string): DeviceFault | undefined {
  return faults[code];
}

const lost =
  /device (?:was |is |has been )?(?:lost|removed|hung|reset)|DEVICE_(?:LOST|REMOVED|HUNG|RESET)|context (?:was )?lost|cudaErrorDevice|GPU (?:device )?(?:instance )?(?:has been suspended|is lost)/i;

/** What a GPU's driver said, as onnxruntime passes it on. */
export function deviceErrorOf(device: Exclude<Device, 'cpu'>, cause: unknown): DeviceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const name = deviceNames[device];
  const details = { device, reason };
  if (isOutOfMemory(reason)) {
    return new DeviceError('DEVICE_OUT_OF_MEMORY', `The graphics card ran out of memory (${name}).`, details, cause);
  }
  if (lost.test(reason)) {
    const message = `The graphics card was taken away while it computed (${name}): its driver was reset, or it was removed.`;
    return new DeviceError('DEVICE_LOST', message, details, cause);
  }
  return new DeviceError('DEVICE_FAILED', `The graphics card failed while it computed (${name}).`, details, cause);
}

/** What the error says about the device, for people. */
export function noticeOfError(device: Device, { code, details }: DeviceError): DeviceNotice {
  const reason = String(details.reason);
  const fault = deviceFaultOf(code) ?? 'failed';
  if (fault === 'failed' && /requires f16/i.test(reason)) return { code: 'noFloat16', params: { device } };
  if (fault === 'failed' && /adapter/i.test(reason)) return { code: 'noAdapter', params: { device } };
  return faultNotice(fault, device);
}

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
