/** @file Which precision suits a machine. Compiler, and whoever tells people about it. */
import * as z from 'zod';
import { type Precision, precisionSchema } from './precision.ts';

/** A choice, and what it was made from. */
export const suitablePrecisionSchema = z.object({
  precision: precisionSchema,
  /** Bytes of the model's weights in each precision. */
  sizes: z.record(precisionSchema, z.number()),
  /** Of the machine. */
  memoryBytes: z.number(),
});
export type SuitablePrecision = z.output<typeof suitablePrecisionSchema>;

/** Up to this size float32 is quick anyway, and exact. */
const smallBytes = 128 << 20;

/** The share of a machine's memory that a model may take beside everything else that runs there. */
const memoryShare = 0.4;

/** Float32 for small models, 8 bits where their weights leave most of the memory to others, 4 bits otherwise. */
export function suitablePrecision(sizeIn: (precision: Precision) => number, memoryBytes: number): SuitablePrecision {
  const sizes = { fp32: sizeIn('fp32'), int8: sizeIn('int8'), int4: sizeIn('int4') };
  const roomy = sizes.int8 <= memoryShare * memoryBytes ? 'int8' : 'int4';
  return { precision: sizes.fp32 <= smallBytes ? 'fp32' : roomy, sizes, memoryBytes };
}
