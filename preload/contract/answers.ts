/** @file The contract: the answers of a run as a table, what persons write into it, and the tags that are made of it. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { answerFilterSchema, answerOrderSchema } from '../../schemas/answerFilter.ts';
import { everyAnswer } from '../../schemas/everyAnswer.ts';
import { idSchema, nameSchema, promptWarningSchema, sourceSchema, textSchema } from './common.ts';
import { fieldSchema } from './fields.ts';
import { tagPreviewSchema } from './runs.ts';

/** Answers of a bulk run: a row a photo, a column a question. The rows are asked for by themselves. */
export const answerTableSchema = z.object({
  questions: z.array(
    z.object({
      id: idSchema,
      text: z.string(),
      warnings: z.array(promptWarningSchema),
      /** The model chose from a list, so that its answers have probabilities. */
      isChoice: z.boolean(),
      /** That holds its answers. */
      field: fieldSchema.nullable(),
    }),
  ),
  /** Photos that meet the filter, in order, as little-endian 32-bit integers in base64. */
  ids: z.string(),
  /** Rows there are. */
  total: z.int(),
});
export type AnswerTable = z.output<typeof answerTableSchema>;

/** What a person answered goes before what the run did. */
export const answerCellSchema = z.object({
  text: z.string(),
  source: sourceSchema,
  /** What the run answered, where a person answered, too. */
  model: z.string().nullable(),
  /** The probability that the model gave it, 0 to 1, where it had to choose. */
  confidence: z.number().nullable(),
  /** Another choice was nearly as likely. */
  unsure: z.boolean(),
  /** What the answer is to the field that holds it; null where no field does, or it does not fit. */
  value: z.string().nullable(),
  /** False where it is no value of its field. */
  fits: z.boolean(),
});
export type AnswerCell = z.output<typeof answerCellSchema>;

export const answerRowSchema = z.object({
  photoId: idSchema,
  fileName: z.string(),
  /** In the order of the questions; null where there is none (yet). */
  answers: z.array(answerCellSchema.nullable()),
});
export type AnswerRow = z.output<typeof answerRowSchema>;

/** What a column holds, the value with the most photos first; of a field in its order, and what does not fit last. */
export const answerValuesSchema = z.object({
  values: z.array(z.object({ answer: z.string(), photos: z.int(), fits: z.boolean() })),
  /** Values there are. */
  total: z.int(),
  none: z.int(),
  unsure: z.int(),
  /** Photos whose answer is no value of the field that holds it. */
  unfit: z.int(),
});
export type AnswerValues = z.output<typeof answerValuesSchema>;

const answerFilter = answerFilterSchema.default(everyAnswer);

/** How answers become tags: photos that meet the filter and whose answer to the question is `answer` get `tag`. */
export const answerTaggingSchema = z.object({
  runId: idSchema,
  filter: answerFilter,
  rules: z
    .array(z.object({ questionId: idSchema, answer: textSchema, tag: nameSchema }))
    .min(1)
    .max(100_000),
});

/** A person's answers, into cells of the table. An empty one takes the person's own away. */
export const answerEditsSchema = z.object({
  runId: idSchema,
  edits: z
    .array(z.object({ photoId: idSchema, questionId: idSchema, text: textSchema }))
    .min(1)
    .max(100_000),
});

/** Cells of a spreadsheet, tab-separated, for the table as it is shown. */
export const answerPasteSchema = z.object({
  runId: idSchema,
  text: z.string().max(16_000_000),
  photoIds: z.array(idSchema).max(100_000),
  questionIds: z.array(idSchema).max(1000),
  /** Where cells go that do not name their photos. */
  firstRow: z.int().min(0),
  firstColumn: z.int().min(0),
  /** One row, or one cell, fills as many as are selected. */
  selectedRows: z.int().min(1),
  selectedColumns: z.int().min(1),
});

const pastedSchema = z.object({
  /** Null where nothing changed. */
  runId: idSchema.nullable(),
  /** That were written, and for how many photos. */
  answers: z.int(),
  photos: z.int(),
  /** Of these, how many took the place of a person's own. */
  replaced: z.int(),
  /** That say what the table said already. */
  unchanged: z.int(),
  /** For which the table has no place. */
  outside: z.int(),
});
export type PastedAnswers = z.output<typeof pastedSchema>;

export const answerCopySchema = z.object({
  runId: idSchema,
  questionIds: z.array(idSchema).max(1000),
  photoIds: z.array(idSchema).max(100_000),
  /** Their file names in a column before the answers. */
  withPhotos: z.boolean(),
});

const editedSchema = z.object({ runId: idSchema.nullable() });

export const answersContract = {
  table: oc
    .input(
      z.object({
        runId: idSchema,
        filter: answerFilter,
        order: answerOrderSchema.default({ column: 'photo', by: 'value', descending: false }),
        /** Whose order of words. */
        language: z.enum(['en', 'zh']).default('en'),
      }),
    )
    .output(answerTableSchema),
  rows: oc
    .input(
      z.object({
        runId: idSchema,
        questionIds: z.array(idSchema).max(1000),
        photoIds: z.array(idSchema).max(5000),
      }),
    )
    .output(z.array(answerRowSchema)),
  values: oc
    .input(
      z.object({
        runId: idSchema,
        questionId: idSchema,
        filter: answerFilter,
        limit: z.int().min(1).max(10_000).default(1000),
      }),
    )
    .output(answerValuesSchema),
  previewTagging: oc.input(answerTaggingSchema).output(tagPreviewSchema),
  tag: oc.input(answerTaggingSchema).output(z.object({ runId: idSchema.nullable() })),
  /** One run, which can be undone. */
  edit: oc.input(answerEditsSchema).output(editedSchema),
  /** One run, which can be undone. */
  paste: oc.input(answerPasteSchema).output(pastedSchema),
  /** Tab-separated, with a header. */
  copy: oc.input(answerCopySchema).output(z.object({ text: z.string() })),
};
