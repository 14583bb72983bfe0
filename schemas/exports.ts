/** @file The formats of exports, and what goes into one. Any process; data only. */
import * as z from 'zod';

/** Many photos in one document. */
export const documentFormatSchema = z.enum(['json', 'json-full', 'jsonl', 'coco', 'csv']);
export type DocumentFormat = z.output<typeof documentFormatSchema>;

/** In an export, also a table in columns. */
export const exportedDocumentFormatSchema = z.enum([...documentFormatSchema.options, 'parquet']);
export type ExportedDocumentFormat = z.output<typeof exportedDocumentFormatSchema>;

/** A file for each photo. */
export const sidecarFormatSchema = z.enum(['txt', 'caption', 'xmp']);
export type SidecarFormat = z.output<typeof sidecarFormatSchema>;

/** Into the photos' own files. */
export const embedFormat = 'embed';

export type ExportFormat = ExportedDocumentFormat | SidecarFormat | typeof embedFormat;

const includedSchema = z.object({
  captions: z.boolean(),
  /** All captions of a photo, not only the one that is shown. */
  alternatives: z.boolean(),
  tags: z.boolean(),
  answers: z.boolean(),
  altText: z.boolean().default(false),
  longDescription: z.boolean().default(false),
  /** Stars, flags and colour labels that people gave here. */
  marks: z.boolean().optional(),
  /** In tables: those that are shown, whether they were given here or stand in the photo's file. */
  shownMarks: z.boolean().optional(),
  /** How well captions match, where formats leave it out otherwise. */
  scores: z.boolean().optional(),
});
export type Included = Readonly<z.output<typeof includedSchema>>;

export const exportFilterSchema = z.object({
  included: includedSchema,
  /** Of answers, only those to these questions, by their ids; all of them where it is left out. */
  questionIds: z.array(z.int()).max(1000).optional(),
  /** Nothing that no person wrote or gave. */
  humanOnly: z.boolean(),
  /** With `humanOnly`: also what a person approved of somebody else's. */
  approvedToo: z.boolean().optional(),
  /** No caption of a model that a matching model does not believe. */
  withoutDoubtful: z.boolean(),
});
export type ExportFilter = z.output<typeof exportFilterSchema>;

/** How the pictures come into a dataset folder. */
export const picturesBySchema = z.enum(['copy', 'hardlink', 'symlink']);
export type PicturesBy = z.output<typeof picturesBySchema>;

/** As what a dataset folder has the texts. */
export const metadataFormatSchema = z.enum(['jsonl', 'parquet']);
export type MetadataFormat = z.output<typeof metadataFormatSchema>;

export const splitNameSchema = z.enum(['train', 'validation', 'test']);
export type SplitName = z.output<typeof splitNameSchema>;

const shareSchema = z.number().min(0).max(100);
/** How much of a dataset goes where, in per cent. */
export const splitSharesSchema = z
  .object({ train: shareSchema, validation: shareSchema, test: shareSchema })
  .refine(({ train, validation, test }) => Math.abs(train + validation + test - 100) < 1e-6);
export type SplitShares = Readonly<z.output<typeof splitSharesSchema>>;
