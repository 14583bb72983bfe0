/** @file What was measured of a quantized model when it was imported. Part of model.json. */
import * as z from 'zod';
import type { Precision } from '../quantization/precision.ts';

/** Layers of one graph, by their prefix in the checkpoint. */
const wideLayersSchema = z.object({ graph: z.string(), layers: z.array(z.string()) });
export type WideLayers = z.output<typeof wideLayersSchema>;

/** Predictions on fixed pictures and prompts, those of the float32 model beside the quantized one's. */
const agreementSchema = z.object({
  pictures: z.int(),
  /** Next tokens along the texts that the float32 model writes; of a matching model, verdicts. */
  predictions: z.int(),
  /** Those that are the same. */
  equal: z.int(),
  /** Those that the float32 model gives a probability above one half: others are near ties. */
  confident: z.int(),
  confidentEqual: z.int(),
  maxLogitDifference: z.number(),
  /** From the quantized model's distribution to the float32 one's, in nats. */
  meanKlDivergence: z.number(),
});
export type Agreement = z.output<typeof agreementSchema>;

export const qualitySchema = z.discriminatedUnion('type', [
  agreementSchema.extend({
    type: z.literal('measured'),
    /** Layers that are stored wider than the precision says, since the model was not good enough without. */
    wideLayers: z.array(wideLayersSchema),
    /** The disk had no room for wider layers, so that the model is as good as the precision alone. */
    lacksRoom: z.literal(true).optional(),
  }),
  z.object({
    type: z.literal('unmeasured'),
    /** What the machine has too little of. */
    lacks: z.enum(['memory', 'disk']),
    /** How much of it would have been enough. */
    neededBytes: z.number(),
  }),
  /** The checkpoint was compiled while it was downloaded, and is gone. */
  z.object({ type: z.literal('notKept') }),
]);
export type Quality = z.output<typeof qualitySchema>;

/** The share of confident predictions that may differ from float32's; where more do, layers are stored wider. */
const maxFlips: Readonly<Partial<Record<Precision, number>>> = { int8: 0.01, int4: 0.04 };

export function keepsQuality(precision: Precision, { confident, confidentEqual }: Agreement): boolean {
  return confident - confidentEqual <= (maxFlips[precision] ?? 0) * confident;
}
