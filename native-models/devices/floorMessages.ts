/** @file What the process that measures this machine says. */
import * as z from 'zod';
import { serializedErrorSchema } from '../serializedError.ts';
import { machineFloorSchema } from './machineFloor.ts';

export const floorMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('measured'),
    floor: machineFloorSchema,
    /** How much of the machine's processors others used meanwhile, 0 … 1. */
    othersShare: z.number(),
  }),
  z.object({ type: z.literal('failed'), error: serializedErrorSchema }),
]);
export type FloorMessage = z.output<typeof floorMessageSchema>;
