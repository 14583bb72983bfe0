/** @file What people should know about a device that is not used, or that is short of memory: facts, whose sentences whoever shows them makes. Pure; every process. */
import * as z from 'zod';
import type { ModelManifest } from '../compiler/manifest.ts';
import { precisionSchema } from '../quantization/precision.ts';
import { type Device, type DeviceFault, deviceSchema } from './device.ts';
import type { Fit } from './memory.ts';

const device = deviceSchema;
const model = z.string();
const sizes = {
  neededBytes: z.number(),
  freeBytes: z.number(),
  /** In which the model would fit; null where it would in none. */
  fittingPrecision: precisionSchema.nullable(),
};

export const deviceNoticeSchema = z.discriminatedUnion('code', [
  /** Why the machine has no such device. */
  z.object({ code: z.literal('windowsOnly'), params: z.object({ device }) }),
  z.object({ code: z.literal('notIncluded'), params: z.object({ device }) }),
  z.object({ code: z.literal('noNvidia'), params: z.object({ device }) }),
  z.object({ code: z.literal('noCuda'), params: z.object({ device }) }),
  z.object({ code: z.literal('noVulkan'), params: z.object({ device }) }),
  z.object({ code: z.literal('noAdapter'), params: z.object({ device }) }),
  /** What it did when it was tried, or while it computed. */
  z.object({ code: z.literal('trialCrashed'), params: z.object({ device }) }),
  z.object({ code: z.literal('crashed'), params: z.object({ device }) }),
  z.object({ code: z.literal('lost'), params: z.object({ device }) }),
  z.object({ code: z.literal('outOfMemory'), params: z.object({ device }) }),
  z.object({ code: z.literal('notFinite'), params: z.object({ device }) }),
  z.object({ code: z.literal('failed'), params: z.object({ device }) }),
  z.object({ code: z.literal('noFloat16'), params: z.object({ device }) }),
  /** Why it cannot have this model. */
  z.object({ code: z.literal('wrong'), params: z.object({ device, model }) }),
  z.object({ code: z.literal('tooLarge'), params: z.object({ device, model, ...sizes }) }),
  /** What came of it. */
  z.object({ code: z.literal('usedInstead'), params: z.object({ device }) }),
  /** onnxruntime's CPU has no float16: it widens the weights when they are loaded. */
  z.object({ code: z.literal('madeForCards'), params: z.object({ model }) }),
  /** The weights are mapped from the disk, so that the model runs all the same. */
  z.object({ code: z.literal('slow'), params: z.object({ model, ...sizes }) }),
]);
export type DeviceNotice = z.output<typeof deviceNoticeSchema>;

/** @param problems of the devices that were passed over; without any, there is nothing to say */
export function noticesOf(problems: readonly DeviceNotice[], used: Device): DeviceNotice[] {
  return problems.length === 0 ? [] : [...problems, { code: 'usedInstead', params: { device: used } }];
}

const faultCodes = {
  crashed: 'crashed',
  lost: 'lost',
  'out-of-memory': 'outOfMemory',
  'not-finite': 'notFinite',
  failed: 'failed',
} as const satisfies Record<DeviceFault, DeviceNotice['code']>;

export function faultNotice(fault: DeviceFault, failed: Device): DeviceNotice {
  return { code: faultCodes[fault], params: { device: failed } };
}

export function tooLargeFor(small: Device, { id }: ModelManifest, fit: Fit): DeviceNotice {
  return { code: 'tooLarge', params: { device: small, model: id, ...sizesOf(fit) } };
}

export function slowFor({ id }: ModelManifest, fit: Fit): DeviceNotice {
  return { code: 'slow', params: { model: id, ...sizesOf(fit) } };
}

function sizesOf({ neededBytes, freeBytes, fittingPrecision }: Fit) {
  return { neededBytes, freeBytes, fittingPrecision: fittingPrecision ?? null };
}
