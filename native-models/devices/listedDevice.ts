/** @file What a person learns about a device before choosing one, and the graphics card that a model is imported for. Plain data; every process. */
import * as z from 'zod';
import { type DeviceChoice, deviceSchema } from './device.ts';
import { deviceNoticeSchema } from './deviceNotice.ts';

export const listedDeviceSchema = z.object({
  device: deviceSchema,
  /** Why it cannot be used; null where it can. */
  problem: deviceNoticeSchema.nullable(),
  /** The processor plays it: right, but slow. `auto` does not take it. */
  isSoftware: z.boolean(),
  /** Memory that a model may take there; null where it cannot be known. */
  freeBytes: z.number().nullable(),
  /** Whether it multiplies float16. */
  hasFloat16: z.boolean(),
});
export type ListedDevice = z.output<typeof listedDeviceSchema>;

export const graphicsCardSchema = z.object({
  device: deviceSchema,
  freeBytes: z.number(),
  hasFloat16: z.boolean(),
});
export type GraphicsCard = z.output<typeof graphicsCardSchema>;

/** The graphics card that a model would run on: what was chosen, or the best. Undefined where its memory is not known. */
export function graphicsCardFor(choice: DeviceChoice, devices: readonly ListedDevice[]): GraphicsCard | undefined {
  const usable = devices.find(({ device, problem, isSoftware }) => {
    return problem === null && (choice === 'auto' ? !isSoftware : device === choice);
  });
  if (usable === undefined || usable.device === 'cpu' || usable.freeBytes === null) return undefined;
  const { device, freeBytes, hasFloat16 } = usable;
  return { device, freeBytes, hasFloat16 };
}
