/** @file What people are told about a device that is not used, or that is short of memory. Pure. */
import type { ModelManifest } from '../compiler/manifest.ts';
import { type Device, type DeviceFault, deviceNames } from './device.ts';
import type { Fit } from './memory.ts';

/** @param problems of the devices that were passed over; without any, there is nothing to say */
export function noticeOf(problems: readonly string[], device: Device): string | undefined {
  if (problems.length === 0) return undefined;
  const name = deviceNames[device];
  return [...problems, `${name.charAt(0).toUpperCase()}${name.slice(1)} is used instead.`].join(' ');
}

export const faultSentences: Readonly<Record<DeviceFault, (name: string) => string>> = {
  crashed: (name) => `${name} ended the model’s process, as a faulty graphics driver does.`,
  lost: (name) => `The graphics card was lost while it computed (${name}).`,
  'out-of-memory': (name) => `The graphics card ran out of memory (${name}).`,
  'not-finite': (name) => `${name} computed values that are no numbers.`,
  failed: (name) => `The graphics card failed while it computed (${name}).`,
};

export function tooLargeFor(device: Device, { id }: ModelManifest, fit: Fit): string {
  const sizes = `needs ${gigabytes(fit.neededBytes)}, and the graphics card has ${gigabytes(fit.freeBytes)} free`;
  return `The model ${id} ${sizes} (${deviceNames[device]})${adviceOf(fit)}.`;
}

/** The weights are mapped from the disk, so that the model runs all the same. */
export function slowFor({ id }: ModelManifest, fit: Fit): string {
  const sizes = `needs ${gigabytes(fit.neededBytes)}, and this machine has ${gigabytes(fit.freeBytes)} of memory free`;
  return `The model ${id} ${sizes}: it may be very slow${adviceOf(fit)}.`;
}

/** onnxruntime's CPU has no float16: it widens the weights when they are loaded. */
export function madeForCards({ id }: ModelManifest): string {
  return `The model ${id} is in fp16, which is for graphics cards: the CPU computes it in float32, in twice the memory. Import it as int8 for the CPU.`;
}

function adviceOf({ fittingPrecision }: Fit): string {
  return fittingPrecision === undefined ? '' : `; imported in ${fittingPrecision}, it would fit`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
