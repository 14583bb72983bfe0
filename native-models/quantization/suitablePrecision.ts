/** @file Which precision suits a machine. Compiler, and whoever tells people about it. */
import * as z from 'zod';
import { deviceNames } from '../devices/device.ts';
import type { GraphicsCard } from '../devices/listedDevice.ts';
import { neededBytes } from '../devices/memory.ts';
import { type Precision, precisionSchema } from './precision.ts';

/** A choice, and what it was made from. */
export const suitablePrecisionSchema = z.object({
  precision: precisionSchema,
  /** Bytes of the model's weights in each precision. */
  sizes: z.record(precisionSchema, z.number()),
  /** Of the machine. */
  memoryBytes: z.number(),
  /** What the choice was made for, where that is not the CPU: its name, and its free memory. */
  card: z.object({ name: z.string(), freeBytes: z.number() }).nullable(),
});
export type SuitablePrecision = z.output<typeof suitablePrecisionSchema>;

/** Up to this size float32 is quick anyway, and exact. */
const smallBytes = 128 << 20;

/** The share of a machine's memory that a model may take beside everything else that runs there. */
const memoryShare = 0.4;

/**
 * Float32 for small models. On a graphics card the widest of 16, 8 and 4 bits that fits into its memory; on the CPU 8 bits
 * where their weights leave most of the memory to others, 4 bits otherwise.
 */
export function suitablePrecision(
  sizeIn: (precision: Precision) => number,
  memoryBytes: number,
  card?: GraphicsCard,
): SuitablePrecision {
  const sizes = { fp32: sizeIn('fp32'), fp16: sizeIn('fp16'), int8: sizeIn('int8'), int4: sizeIn('int4') };
  const roomy = sizes.int8 <= memoryShare * memoryBytes ? 'int8' : 'int4';
  const onCpu = { sizes, memoryBytes, card: null };
  if (sizes.fp32 <= smallBytes) return { precision: 'fp32', ...onCpu };
  if (card === undefined) return { precision: roomy, ...onCpu };
  const { device, freeBytes, hasFloat16 } = card;
  const computed = hasFloat16 ? (['fp16', 'int8', 'int4'] as const) : (['int8', 'int4'] as const);
  const precision = computed.find((candidate) => neededBytes(sizes[candidate]) <= freeBytes);
  if (precision === undefined) return { precision: roomy, ...onCpu };
  return { precision, sizes, memoryBytes, card: { name: deviceNames[device], freeBytes } };
}
