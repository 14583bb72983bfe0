/** @file The contract: the published models that can be downloaded, and the downloads. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { precisionChoices, precisions } from '../../schemas/choices.ts';
import { nameSchema, problemSchema } from './common.ts';

const precisionSchema = z.enum(precisions);
const precisionChoiceSchema = z.enum(precisionChoices);

/** How a model would run on this machine, on its CPU. `answerMs` is for one photo. */
export const modelFitSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('runsWell'), answerMs: z.number(), memoryBytes: z.number() }),
  z.object({ type: z.literal('slow'), answerMs: z.number(), memoryBytes: z.number() }),
  /** It fits; how fast this machine is nobody has measured yet. */
  z.object({ type: z.literal('unmeasured'), memoryBytes: z.number() }),
  /** It does not fit so, but would in this precision. */
  z.object({ type: z.literal('fitsNarrower'), precision: precisionSchema, memoryBytes: z.number() }),
  z.object({ type: z.literal('doesNotFit'), memoryBytes: z.number() }),
]);
export type ModelFit = z.output<typeof modelFitSchema>;

export const knownModelSchema = z.object({
  repo: z.string(),
  uses: z.array(z.enum(['captions', 'answers', 'instructions', 'matching'])),
  /** BCP 47 */
  languages: z.array(z.string()),
  license: z.object({
    name: z.enum(['BSD-3-Clause', 'MIT', 'other']),
    restriction: z.enum(['none', 'opt', 'instructblip', 'vicuna']),
  }),
  downloadBytes: z.number(),
  /** What the automatic precision comes to here. */
  precision: precisionSchema,
  precisions: z.record(precisionSchema, z.object({ sizeBytes: z.number(), fit: modelFitSchema })),
  /** What download and model take of the disk together, with the checkpoint removed or kept. */
  disk: z.record(precisionChoiceSchema, z.object({ removedBytes: z.number(), keptBytes: z.number() })),
  installedIds: z.array(z.string()),
  recommended: z.boolean(),
});
export type KnownModel = z.output<typeof knownModelSchema>;

/** One that is done is no download any more, but a model. */
export const modelDownloadSchema = z.object({
  id: z.string(),
  repo: z.string(),
  precision: precisionChoiceSchema,
  /** Of each repository that it takes, once they are known; null where its page states none. */
  licenses: z.array(z.object({ repo: z.string(), license: z.string().nullable() })),
  phase: z.enum(['waiting', 'downloading', 'compiling', 'testing', 'paused', 'failed']),
  /** Of the download or, while it is compiled, of that. */
  doneBytes: z.number(),
  totalBytes: z.number().nullable(),
  /** While it downloads. */
  bytesPerSecond: z.number().nullable(),
  /** Why it failed. */
  problem: problemSchema.nullable(),
});
export type ModelDownload = z.output<typeof modelDownloadSchema>;

/** What is downloaded. */
const wantedSchema = z.object({
  repo: nameSchema,
  /** Where it holds several files that training saved: the path of the one that is meant. */
  file: nameSchema.optional(),
  /** Of an adapter or such a file: the checkpoint that it goes with, a repository or an absolute folder; of an adapter, what that names where undefined. */
  base: nameSchema.optional(),
  /** Of a checkpoint: an adapter that is merged into it, likewise. */
  adapter: nameSchema.optional(),
});

export const downloadRepositorySchema = z.object({
  repo: z.string(),
  /** As its page states it; null where it does not. */
  license: z.string().nullable(),
  totalBytes: z.number(),
  /** Without what the hub's cache has. */
  remainingBytes: z.number(),
});
export type DownloadRepository = z.output<typeof downloadRepositorySchema>;

const downloadInput = z.object({ id: nameSchema });

export const modelDownloadsContract = {
  /** The recommended one first. With `measure`, this machine is measured where it never was, for at most ten seconds. */
  known: oc.input(z.object({ measure: z.boolean() })).output(
    z.object({
      models: z.array(knownModelSchema),
      /** Of the disk that models are kept on; null where it cannot be known. */
      freeDiskBytes: z.number().nullable(),
    }),
  ),
  /** Which repositories a download would take; asks the hub, and fetches nothing. */
  inspect: oc.input(wantedSchema).output(z.array(downloadRepositorySchema)),
  /** Begins, or goes on with the same request. How far it is, `library.watch` tells. */
  start: oc
    .input(
      wantedSchema.extend({
        precision: precisionChoiceSchema,
        keepsCheckpoint: z.boolean(),
        /** Whether a model of its name gives way, once the new one is complete and tested. */
        replace: z.boolean().default(false),
      }),
    )
    .output(modelDownloadSchema),
  pause: oc.input(downloadInput),
  resume: oc.input(downloadInput),
  /** Removes what was downloaded. */
  cancel: oc.input(downloadInput),
};
