/** @file The contract's part for pilots: what work on many photos costs, and trying it on a few of them first. Data only. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { problemSchema } from '../../schemas/problem.ts';
import { idSchema, selectionSchema } from './common.ts';
import { runSchema } from './runs.ts';
import { estimatedTermsSchema, termsSchema } from './work.ts';

export const estimateSchema = z.object({
  /** Photos with anything to be done. */
  photos: z.int(),
  /** Captions, answers, photos whose captions are scored, photos that are indexed. */
  jobs: z.int(),
  /** By an earlier run with the model, or by what the processor can do; null where neither is known. */
  time: z.object({ source: z.enum(['runs', 'processor']), ms: z.number(), device: z.string().nullable() }).nullable(),
  /** Null where it is not known how large the vectors of the model are. */
  resultBytes: z.number().nullable(),
  /** Null where it is not known how large the model's features are. */
  featureBytes: z.number().nullable(),
  /** Of a pilot: the run that tried these terms; what it did is not to be done. */
  attemptRunId: idSchema.nullable(),
});
export type Estimate = z.output<typeof estimateSchema>;

const attemptSchema = z.object({
  run: runSchema,
  terms: termsSchema,
  /** Of a run that asks; the model's own words where it is asked for tags. */
  questions: z.array(z.string()),
  /** In the order of the sample. */
  photos: z.array(
    z.object({
      photoId: idSchema,
      /** The caption, or the answers in the order of the questions; null where there is none (yet). */
      texts: z.array(z.string().nullable()),
      itm: z.number().nullable(),
      doubtful: z.boolean(),
      waiting: z.boolean(),
      /** What went wrong for good. */
      problem: problemSchema.nullable(),
    }),
  ),
  /** It was gone on with beyond the sample. */
  isContinued: z.boolean(),
});
export type Attempt = z.output<typeof attemptSchema>;

export const pilotSchema = z.object({
  id: idSchema,
  /** All that the work is for. */
  photoCount: z.int(),
  sampleIds: z.array(idSchema),
  /** In the order in which they were begun. */
  attempts: z.array(attemptSchema),
});
export type Pilot = z.output<typeof pilotSchema>;

export const pilotsContract = {
  estimate: oc
    .input(
      z.object({
        of: z.union([z.object({ selection: selectionSchema }), z.object({ pilotId: idSchema })]),
        terms: estimatedTermsSchema,
      }),
    )
    .output(estimateSchema),
  /** Tries on a sample of the photos that are to be done; null where there are none. */
  start: oc
    .input(z.object({ selection: selectionSchema, terms: termsSchema }))
    .output(z.object({ pilotId: idSchema.nullable(), photos: z.int() })),
  get: oc.input(z.object({ pilotId: idSchema })).output(pilotSchema),
  /** Tries other terms on the same sample; null where all of it was tried on these. */
  retry: oc
    .input(z.object({ pilotId: idSchema, terms: termsSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** Does all photos; those that an attempt did on the same terms count. */
  continue: oc
    .input(z.object({ pilotId: idSchema, terms: termsSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** Undoes all attempts but one. */
  discard: oc
    .input(z.object({ pilotId: idSchema, keepRunId: idSchema.nullable() }))
    .output(z.object({ undoRunIds: z.array(idSchema) })),
};
