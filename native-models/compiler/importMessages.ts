/** @file What the process that imports a model and the one that started it say to each other. */
import * as z from 'zod';
import { expectedWeightsSchema } from '../checkpoint/arrivingCheckpoint.ts';
import { graphicsCardSchema } from '../devices/listedDevice.ts';
import { serializedErrorSchema } from '../errors.ts';
import { precisionChoiceSchema } from '../quantization/precision.ts';
import { suitablePrecisionSchema } from '../quantization/suitablePrecision.ts';
import { manifestSchema } from './manifest.ts';

export const importRequestSchema = z.object({
  source: z.string(),
  base: z.string().optional(),
  adapter: z.string().optional(),
  modelsFolder: z.string(),
  id: z.string().optional(),
  precision: precisionChoiceSchema.optional(),
  replace: z.boolean().optional(),
  card: graphicsCardSchema.optional(),
  measuresQuality: z.boolean().optional(),
  /** Where its weight files arrive while it is imported. */
  weights: expectedWeightsSchema.optional(),
});

/** What the process that imports is told after its request. */
export const arrivalMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('arriving'), name: z.string() }),
  z.object({ type: z.literal('advanced'), path: z.string(), availableBytes: z.number() }),
  z.object({ type: z.literal('checked'), path: z.string(), sizeBytes: z.number(), mayBeCut: z.boolean() }),
  z.object({ type: z.literal('complete') }),
]);
export type ArrivalMessage = z.output<typeof arrivalMessageSchema>;

const arrivalAnswerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('needs'), names: z.array(z.string()) }),
  z.object({ type: z.literal('cut'), name: z.string(), leftBytes: z.number() }),
  z.object({ type: z.literal('released'), name: z.string() }),
]);
export type ArrivalAnswer = z.output<typeof arrivalAnswerSchema>;

export const importMessageSchema = z.discriminatedUnion('type', [
  ...arrivalAnswerSchema.options,
  z.object({
    type: z.literal('progress'),
    stage: z.enum(['unpack', 'compile', 'hash', 'verify', 'measure']),
    doneBytes: z.number(),
    totalBytes: z.number(),
  }),
  z.object({ type: z.literal('precision'), chosen: suitablePrecisionSchema }),
  z.object({ type: z.literal('imported'), manifest: manifestSchema }),
  z.object({ type: z.literal('failed'), error: serializedErrorSchema }),
]);
export type ImportMessage = z.output<typeof importMessageSchema>;
