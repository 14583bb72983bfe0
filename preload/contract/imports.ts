/** @file The contract: taking in texts of photos that other programs, or an export, wrote. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import {
  conflictChoiceSchema,
  conflictKindSchema,
  importFormatSchema,
  importRemarkKindSchema,
  textUseSchema,
} from '../../schemas/imports.ts';
import { idSchema, nameSchema } from './common.ts';

export type { ConflictChoice, ImportFormat, ImportRemarkKind, TextUse } from '../../schemas/imports.ts';

/** What is imported, and as what. */
const importedFileSchema = z.object({
  /** A file, or a folder with text files, of the machine that Vignette runs on. */
  path: nameSchema,
  /** Null: by the file. */
  format: importFormatSchema.nullable(),
  /** Of `.txt` files: null for what they look like. */
  use: textUseSchema.nullable(),
  /** With the caption, in JSONL, CSV and Parquet; null for the default one. */
  column: nameSchema.nullable(),
});
export type ImportedFile = z.input<typeof importedFileSchema>;

const countSchema = z.int().min(0);

/** Where a person's text is here and another one there. */
const importConflictSchema = z.object({
  photoId: idSchema,
  /** Of the photo's content: for its picture. */
  revision: z.int(),
  fileName: z.string(),
  kind: conflictKindSchema,
  /** Null of what is no answer. */
  question: z.string().nullable(),
  here: z.string(),
  there: z.array(z.string()),
});
export type ContractConflict = z.output<typeof importConflictSchema>;

export const importPlanSchema = z.object({
  format: importFormatSchema,
  use: textUseSchema,
  /** Photos that get something. */
  photos: countSchema,
  captions: countSchema,
  altTexts: countSchema,
  longDescriptions: countSchema,
  tags: countSchema,
  answers: countSchema,
  /** Ratings, flags and color labels. */
  marks: countSchema,
  /** Of texts and tags that the photos have already, and that a person approved elsewhere. */
  approvals: countSchema,
  /** Texts and tags that the photos have already. */
  same: countSchema,
  conflicts: countSchema,
  leftOut: countSchema,
  /** The first of each. */
  firstRows: z.array(
    z.object({
      fileName: z.string(),
      captions: z.array(z.string()),
      tags: z.array(z.string()),
      answers: z.array(z.object({ question: z.string(), text: z.string() })),
    }),
  ),
  firstConflicts: z.array(importConflictSchema),
  firstRemarks: z.array(z.object({ name: z.string(), remark: importRemarkKindSchema })),
});
export type ContractImportPlan = z.output<typeof importPlanSchema>;

const progressSchema = z.object({ type: z.literal('progress'), done: z.number(), total: z.number() });

export const importPlanEventSchema = z.discriminatedUnion('type', [
  progressSchema,
  z.object({ type: z.literal('done'), plan: importPlanSchema }),
]);

export const importEventSchema = z.discriminatedUnion('type', [
  progressSchema,
  /** `runId`: null where there was nothing to import. */
  z.object({ type: z.literal('done'), runId: idSchema.nullable(), photos: countSchema }),
]);
export type ImportEvent = z.output<typeof importEventSchema>;

export const importsContract = {
  /** What an import would do at this moment. Nothing is changed. */
  plan: oc.input(importedFileSchema).output(eventIterator(importPlanEventSchema)),
  /** Reads the file once more and imports it, as one run. Ending the stream stops it: nothing of it is left. */
  run: oc
    .input(
      importedFileSchema.extend({
        /** Of all conflicts that none of the choices is about. */
        onConflict: conflictChoiceSchema,
        choices: z
          .array(
            z.object({
              photoId: idSchema,
              kind: conflictKindSchema,
              question: z.string().max(10_000).nullable(),
              choice: conflictChoiceSchema,
            }),
          )
          .max(10_000),
      }),
    )
    .output(eventIterator(importEventSchema)),
};
