/** @file What a person learns about a device before choosing one. Plain data; every process. */
import * as z from 'zod';
import { deviceSchema } from './device.ts';

/** Why a device cannot be used: a stable code, and a sentence for people. */
export const deviceProblemSchema = z.object({ code: z.string(), message: z.string() });
export type DeviceProblem = z.output<typeof deviceProblemSchema>;

export const listedDeviceSchema = z.object({
  device: deviceSchema,
  /** Null where it can be used. */
  problem: deviceProblemSchema.nullable(),
  /** The processor plays it: right, but slow. `auto` does not take it. */
  isSoftware: z.boolean(),
  /** Memory that a model may take there; null where it cannot be known. */
  freeBytes: z.number().nullable(),
  /** Whether it multiplies float16. */
  hasFloat16: z.boolean(),
});
export type ListedDevice = z.output<typeof listedDeviceSchema>;
