/** @file The contract: models, presets, settings and what the program is. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { devices, precisionChoices, precisions } from '../../schemas/choices.ts';
import { deviceNoticeSchema } from '../../schemas/notice.ts';
import { settingsSchema } from '../../schemas/settings.ts';
import { presetUseSchema } from '../../schemas/text.ts';
import { nameSchema, problemSchema, textSchema } from './common.ts';

/** How near a quantized model comes to float32, which was measured when it was imported. */
export const qualitySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('measured'),
    pictures: z.number(),
    predictions: z.number(),
    /** Predictions that are float32's. */
    equal: z.number(),
    /** How many layers are stored wider than the precision says. */
    wideLayers: z.number(),
    /** The disk had no room to store layers wider, although the model needs it. */
    lacksRoom: z.boolean(),
  }),
  z.object({ type: z.literal('unmeasured'), lacks: z.enum(['memory', 'disk']), neededBytes: z.number() }),
  /** The checkpoint was compiled while it was downloaded, and is gone. */
  z.object({ type: z.literal('notKept') }),
]);
export type Quality = z.output<typeof qualitySchema>;

export const modelSchema = z.object({
  id: z.string(),
  kind: z.enum(['generator', 'matcher']).nullable(),
  architecture: z.string().nullable(),
  precision: z.string().nullable(),
  quality: qualitySchema.nullable(),
  sizeBytes: z.number().nullable(),
  source: z.string().nullable(),
  /** Came with Vignette; cannot be removed. */
  bundled: z.boolean(),
  /** Draws on made-up scenes only: not for real photos. */
  demo: z.boolean(),
  problem: problemSchema.nullable(),
});
export type Model = z.output<typeof modelSchema>;

export const importEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), stage: z.string(), done: z.number(), total: z.number().nullable() }),
  /** What `auto` has come to, and from which sizes in bytes. */
  z.object({
    type: z.literal('precision'),
    precision: z.enum(precisions),
    sizes: z.record(z.enum(precisions), z.number()),
    memoryBytes: z.number(),
    /** The graphics card that it was chosen for, where that is not the CPU. */
    card: z.object({ name: z.string(), freeBytes: z.number() }).nullable(),
  }),
  z.object({ type: z.literal('imported'), model: modelSchema }),
]);

export const modelTestSchema = z.object({
  device: z.string(),
  /** Why it is not the one that was chosen. */
  notices: z.array(deviceNoticeSchema),
  loadMs: z.number(),
  /** Its self-test's values were met. */
  passed: z.boolean(),
  /** Of one answer about a demo photo, in milliseconds, by stage; of a matching model, of one comparison. */
  ms: z.record(z.string(), z.number()),
});
export type ModelTest = z.output<typeof modelTestSchema>;

export const modelsContract = {
  list: oc.output(z.array(modelSchema)),
  /** `source` is a folder, a packed model, or the id of a model in fp32. Ending the stream stops the import; the next one goes on from there. */
  import: oc
    .input(
      z.object({
        source: nameSchema,
        id: z.string().max(200).optional(),
        precision: z.enum(precisionChoices).default('auto'),
        /** Whether it takes the place of a model of its name, once it is complete and tested. */
        replace: z.boolean().default(false),
      }),
    )
    .output(eventIterator(importEventSchema)),
  /** Loads the model, checks it against its stored values and measures it. */
  test: oc.input(z.object({ id: nameSchema })).output(modelTestSchema),
  /** One file of the model, for a machine without a network, which the page then fetches from `/download/<id>`. */
  pack: oc
    .input(z.object({ id: nameSchema }))
    .output(z.object({ id: z.string(), fileName: z.string(), sizeBytes: z.number() })),
  remove: oc.input(z.object({ id: nameSchema })),
};

export const presetSchema = z.object({
  name: z.string(),
  about: z.string(),
  text: z.string(),
  kind: z.enum(['text', 'question']),
  /** What it is for. One for answers is a question, which may have blanks (`schemas/blanks.ts`). */
  writes: presetUseSchema,
  /** Its words have a place for a question: nothing to caption with. */
  needsQuestion: z.boolean(),
  /** The person's; a built-in one cannot be changed, but one of its name stands in its place. */
  own: z.boolean(),
});
export type Preset = z.output<typeof presetSchema>;

export const presetsContract = {
  /** As worded for the model that writes by default; where none is chosen, for one that follows instructions. */
  list: oc.output(z.array(presetSchema)),
  save: oc.input(
    z.object({
      name: nameSchema,
      text: textSchema,
      kind: z.enum(['text', 'question']),
      about: z.string().max(200),
      writes: presetUseSchema.default('caption'),
    }),
  ),
  remove: oc.input(z.object({ name: nameSchema })),
};

export const deviceSchema = z.object({
  device: z.enum(devices),
  /** Why it cannot be used; null where it can. */
  problem: deviceNoticeSchema.nullable(),
  /** A graphics card that the processor plays; the automatic choice passes it over. */
  isSoftware: z.boolean(),
  /** Memory that a model may take there, where it is known. */
  freeBytes: z.number().nullable(),
});
export type ListedDevice = z.output<typeof deviceSchema>;

/** What models computed of photos, kept on disk for further questions. */
export const photoFeaturesSchema = z.object({
  sizeBytes: z.number(),
  /** Since the start: photos whose features were at hand, and photos that had to be encoded. */
  hits: z.int(),
  misses: z.int(),
  /** Why none can be stored now. */
  problem: problemSchema.nullable(),
});
export type PhotoFeatures = z.output<typeof photoFeaturesSchema>;

export const settingsContract = {
  get: oc.output(settingsSchema),
  /** Only what is named changes. */
  set: oc.input(settingsSchema.partial()).output(settingsSchema),
  features: oc.output(photoFeaturesSchema),
  clearFeatures: oc.output(photoFeaturesSchema),
  /** Tries what this machine could compute on; the best first. */
  devices: oc.output(z.array(deviceSchema)),
  about: oc.output(
    z.object({
      version: z.string(),
      libraryFolder: z.string(),
      /** Only the desktop application has the procedures of `desktop`. */
      host: z.enum(['desktop', 'server']),
      /** Every connection that was made since the start. Empty: none was. */
      connections: z.array(
        z.object({
          address: z.string(),
          /** "list files of Salesforce/blip2-opt-2.7b" */
          purpose: z.string(),
          atMs: z.number(),
          /** Received. */
          bytes: z.number(),
          outcome: z.enum(['open', 'done', 'redirected', 'refused', 'failed', 'stopped']),
        }),
      ),
    }),
  ),
};
