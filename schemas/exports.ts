/** @file The formats of exports, and what goes into one. Any process; data only. */
import * as z from 'zod';

/** Many photos in one document. */
export const documentFormatSchema = z.enum(['json', 'json-full', 'jsonl', 'coco', 'csv']);
export type DocumentFormat = z.output<typeof documentFormatSchema>;

/** A file for each photo. */
export const sidecarFormatSchema = z.enum(['txt', 'caption', 'xmp']);
export type SidecarFormat = z.output<typeof sidecarFormatSchema>;

/** Into the photos' own files. */
export const embedFormat = 'embed';

export type ExportFormat = DocumentFormat | SidecarFormat | typeof embedFormat;

const includedSchema = z.object({
  captions: z.boolean(),
  /** All captions of a photo, not only the one that is shown. */
  alternatives: z.boolean(),
  tags: z.boolean(),
  answers: z.boolean(),
});
export type Included = Readonly<z.output<typeof includedSchema>>;

export const exportFilterSchema = z.object({
  included: includedSchema,
  /** Nothing that no person wrote or gave. */
  humanOnly: z.boolean(),
  /** With `humanOnly`: also what a person approved of somebody else's. */
  approvedToo: z.boolean().optional(),
  /** No caption of a model that a matching model does not believe. */
  withoutDoubtful: z.boolean(),
});
export type ExportFilter = z.output<typeof exportFilterSchema>;
