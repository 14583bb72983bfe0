/** @file The graphics card that a model is imported for. Pure; every process. */
import * as z from 'zod';
import { type DeviceChoice, deviceSchema } from './device.ts';
import type { ListedDevice } from './listedDevice.ts';

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
