/** @file What a person learns about a device before choosing one. Plain data; every process. */
import * as z from 'zod';
import { deviceSchema } from './device.ts';
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
