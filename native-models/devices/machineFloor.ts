/** @file How fast a machine reads memory and multiplies matrices, as `measureFloor.ts` measures it, and how its process says so. Every process. */
import * as z from 'zod';
import { serializedErrorSchema } from '../errors.ts';

/** How a matrix product is computed: in float32, with both sides in 8 bits, or with block-wise weights of 4 bits. */
const arithmeticSchema = z.enum(['float', 'int8', 'blocks']);
export type Arithmetic = z.output<typeof arithmeticSchema>;

const speedSchema = z.number().positive();
export const machineFloorSchema = z.object({
  memoryBytesPerSecond: speedSchema,
  /** Multiplications and additions a second. */
  operationsPerSecond: z.record(arithmeticSchema, speedSchema),
});
export type MachineFloor = Readonly<z.output<typeof machineFloorSchema>>;

/** The best of both in everything: while others use the machine, it seems slower than it is. */
export function bestFloor(a: MachineFloor, b: MachineFloor): MachineFloor {
  const [x, y] = [a.operationsPerSecond, b.operationsPerSecond];
  return {
    memoryBytesPerSecond: Math.max(a.memoryBytesPerSecond, b.memoryBytesPerSecond),
    operationsPerSecond: {
      float: Math.max(x.float, y.float),
      int8: Math.max(x.int8, y.int8),
      blocks: Math.max(x.blocks, y.blocks),
    },
  };
}

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
