/** @file The contract: giving texts of photos back, as files that other programs read. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import {
  exportedDocumentFormatSchema,
  exportFilterSchema,
  metadataFormatSchema,
  picturesBySchema,
  sidecarFormatSchema,
  splitSharesSchema,
} from '../../schemas/exports.ts';
import { nameSchema, problemSchema, selectionSchema } from './common.ts';

export type { ExportFilter, ExportFormat, MetadataFormat, PicturesBy } from '../../schemas/exports.ts';

const contentSchema = z.object({ selection: selectionSchema, filter: exportFilterSchema });

/** At the start of the document: spreadsheets take a CSV file without it for text in their system's encoding. */
const byteOrderMarkSchema = z.boolean().optional();

/** Where an export goes, and as what. */
export const exportPlanSchema = z.discriminatedUnion('to', [
  /** One document, which the page then fetches from `/download/<id>`. */
  contentSchema.extend({
    to: z.literal('download'),
    format: exportedDocumentFormatSchema,
    byteOrderMark: byteOrderMarkSchema,
  }),
  /** One document in a folder of the machine that Vignette runs on. */
  contentSchema.extend({
    to: z.literal('folder'),
    format: exportedDocumentFormatSchema,
    folder: nameSchema,
    byteOrderMark: byteOrderMarkSchema,
  }),
  /** A new folder with the pictures and their texts, as Hugging Face's imagefolder loads it. */
  contentSchema.extend({
    to: z.literal('dataset'),
    /** Nothing may be there but an empty folder. */
    folder: nameSchema,
    metadata: metadataFormatSchema,
    picturesBy: picturesBySchema,
    shares: splitSharesSchema,
  }),
  /** A file for each photo: beside it, or in a folder of the same shape. */
  contentSchema.extend({
    to: z.literal('sidecars'),
    format: sidecarFormatSchema,
    folder: nameSchema.nullable(),
    /** Of text files: how they are put together. */
    template: z.string().max(1000).optional(),
  }),
  /** Into the photos' own files, which changes them. */
  contentSchema.extend({
    to: z.literal('originals'),
    /** Other people's descriptions, too. */
    isReplacing: z.boolean(),
    /** Instead: what Vignette wrote leaves, and what was there before comes back. */
    isRestoring: z.boolean(),
  }),
]);
export type ExportPlan = z.input<typeof exportPlanSchema>;

export const exportResultSchema = z.object({
  /** Photos that were written. */
  photos: z.int(),
  /** Sidecars with somebody else's text, which stayed. */
  kept: z.int(),
  failed: z.int(),
  /** Some of those that failed. */
  failures: z.array(problemSchema.extend({ file: z.string() })).max(100),
  download: z.object({ id: z.string(), fileName: z.string(), sizeBytes: z.number() }).nullable(),
  /** The path of the document, or of the dataset's folder. */
  file: z.string().nullable(),
  /** Where what was in the document's place before is now. */
  backup: z.string().nullable(),
});
export type ExportResult = z.output<typeof exportResultSchema>;

export const exportEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('done'), result: exportResultSchema }),
]);
export type ExportEvent = z.output<typeof exportEventSchema>;

export const exportsContract = {
  /** How many of the photos have anything of what is included, and how many of those files cannot be reached. */
  count: oc.input(contentSchema).output(z.object({ photos: z.int(), unreachable: z.int() })),
  /** The first photos as text, just as they would be written; null of the photos' own files, which are no text. Cut where it is long. */
  preview: oc.input(exportPlanSchema).output(z.object({ text: z.string() }).nullable()),
  /** All questions that there are, to choose from. */
  questions: oc.output(z.array(z.object({ id: z.int(), text: z.string() }))),
  /** Ending the stream stops the export. A document is then not written; sidecars that are written stay. */
  run: oc.input(exportPlanSchema).output(eventIterator(exportEventSchema)),
};
