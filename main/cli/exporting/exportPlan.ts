/** @file What `vignette export` was asked for: checks the flags against each other. Pure. */

import path from 'node:path';
import * as z from 'zod';
import {
  type ExportedDocumentFormat,
  type ExportFilter,
  embedFormat,
  exportedDocumentFormatSchema,
  type Included,
  type MetadataFormat,
  metadataFormatSchema,
  type PicturesBy,
  picturesBySchema,
  type SidecarFormat,
  type SplitShares,
  sidecarFormatSchema,
  splitSharesSchema,
} from '../../../schemas/exports.ts';
import { templateContents } from '../../../schemas/templateContents.ts';
import { sidecarTemplate } from '../../library/interchange/sidecarTemplate.ts';
import { assertByteOrderMark, outputTarget } from '../captioning/captionPlan.ts';
import { UsageError } from '../exitCodes.ts';
import { pathIn } from '../namedFile.ts';
import { type EmbedTarget, embedTarget } from './embedPhotos.ts';

export const exportFormats: readonly string[] = [
  ...exportedDocumentFormatSchema.options,
  ...sidecarFormatSchema.options,
  embedFormat,
];

/** Where an export goes. */
export type ExportTarget =
  | EmbedTarget
  | { readonly kind: 'stdout'; readonly format: ExportedDocumentFormat }
  | { readonly kind: 'file'; readonly format: ExportedDocumentFormat; readonly file: string }
  | { readonly kind: 'sidecars'; readonly format: SidecarFormat; readonly folder: string | undefined }
  | {
      readonly kind: 'dataset';
      readonly format: MetadataFormat;
      readonly folder: string;
      readonly picturesBy: PicturesBy;
      readonly shares: SplitShares;
    };

export interface ExportPlan {
  readonly query: string;
  readonly filter: ExportFilter;
  readonly target: ExportTarget;
  readonly byteOrderMark: boolean;
  /** As they were typed; empty: answers to all, where any. */
  readonly questions: readonly string[];
  /** Of text sidecars. */
  readonly template: string | undefined;
  /** Shows so many photos and writes nothing. */
  readonly preview: number | undefined;
}

const optionValuesSchema = z.object({
  format: z.string().optional(),
  out: z.string().optional(),
  dataset: z.string().optional(),
  split: z.string().optional(),
  pictures: z.string().optional(),
  filter: z.string().default(''),
  alternatives: z.boolean().default(false),
  altText: z.boolean().default(false),
  longDescription: z.boolean().default(false),
  tags: z.boolean().default(false),
  answers: z.boolean().default(false),
  question: z.array(z.string()).default([]),
  scores: z.boolean().default(false),
  marks: z.boolean().default(false),
  template: z.string().optional(),
  preview: z.string().optional(),
  captions: z.boolean().default(true),
  human: z.boolean().default(false),
  approved: z.boolean().default(false),
  doubtful: z.boolean().default(true),
  bom: z.boolean().default(false),
  replace: z.boolean().default(false),
  restore: z.boolean().default(false),
});
type OptionValues = z.output<typeof optionValuesSchema>;

/** @throws UsageError; LibraryError TEMPLATE_INVALID */
export function exportPlan(options: unknown, cwd: string): ExportPlan {
  const values = optionValuesSchema.parse(options);
  const { filter: query, human, approved, doubtful, bom, question: questions, template } = values;
  const target = embedTarget(values) ?? targetOf(values, cwd);
  const included = includedIn(values, target);
  if (human && approved) throw new UsageError((usage) => usage.humanAndApproved);
  assertByteOrderMark(bom, target.format);
  const preview = values.preview === undefined ? undefined : previewOf(values.preview);
  if (preview !== undefined && target.kind === 'originals') {
    throw new UsageError((usage) => usage.excludes('--preview', `--format ${embedFormat}`));
  }
  return {
    query,
    target,
    byteOrderMark: bom,
    questions,
    template,
    preview,
    filter: { included, humanOnly: human || approved, approvedToo: approved, withoutDoubtful: !doubtful },
  };
}

/** Those with columns. */
const tableFormats: readonly string[] = ['jsonl', 'csv', 'parquet'];

/** Those with a place for more texts than one. */
const formatsWithAltText: readonly string[] = ['json-full', 'jsonl', 'csv', 'parquet', 'xmp', embedFormat];

function includedIn(values: OptionValues, target: ExportTarget): Included {
  const { captions, alternatives, tags, scores, marks, question, template, altText, longDescription } = values;
  if (template !== undefined) {
    if (target.format !== 'txt' && target.format !== 'caption') {
      throw new UsageError((usage) => usage.needs('--template', '--format txt'));
    }
    const { variables } = sidecarTemplate(template);
    return templateContents((variable) => variables.has(variable));
  }
  const answers = values.answers || question.length > 0;
  for (const [flag, isWanted, formats] of [
    ['--alt-text', altText, formatsWithAltText],
    ['--long-description', longDescription, formatsWithAltText],
    ['--marks', marks, tableFormats],
  ] as const) {
    if (isWanted && !formats.includes(target.format)) {
      throw new UsageError((usage) => usage.noPlaceFor(flag, target.format, formats));
    }
  }
  if (!captions && !tags && !answers && !altText && !longDescription && !marks)
    throw new UsageError((usage) => usage.nothingToExport);
  if (!captions && (target.format === 'json' || target.format === 'coco')) {
    throw new UsageError((usage) => usage.captionsOnly(target.format));
  }
  const isOfPhotos = target.kind === 'sidecars' || target.kind === 'originals';
  if (isOfPhotos && !captions && !tags && !altText && !longDescription)
    throw new UsageError((usage) => usage.sidecarsWithoutAnswers);
  return { captions, alternatives, tags, answers, scores, altText, longDescription, shownMarks: marks };
}

function previewOf(text: string): number {
  const count = z.coerce.number().int().min(1).max(1000).safeParse(text);
  if (count.success) return count.data;
  throw new UsageError((usage) => usage.outOfRange('--preview', { isWhole: true, from: 1, to: 1000 }, text));
}

function targetOf(values: OptionValues, cwd: string): ExportTarget {
  const { format, out, dataset, split, pictures } = values;
  for (const [flag, value] of [
    ['--out', out],
    ['--dataset', dataset],
  ] as const) {
    if (value === '') throw new UsageError((usage) => usage.valueMissing(flag, 'name'));
  }
  if (dataset !== undefined) {
    if (out !== undefined) throw new UsageError((usage) => usage.excludes('--dataset', '--out'));
    return {
      kind: 'dataset',
      format: oneOf('--format', metadataFormatSchema, format ?? 'jsonl'),
      folder: pathIn(cwd, dataset),
      picturesBy: oneOf('--pictures', picturesBySchema, pictures ?? 'copy'),
      shares: split === undefined ? { train: 100, validation: 0, test: 0 } : sharesOf(split),
    };
  }
  for (const [flag, value] of [
    ['--split', split],
    ['--pictures', pictures],
  ] as const) {
    if (value !== undefined) throw new UsageError((usage) => usage.needs(flag, '--dataset'));
  }
  const file = out === undefined ? undefined : pathIn(cwd, out);
  const isTable =
    format === 'parquet' || (format === undefined && path.extname(out ?? '').toLowerCase() === '.parquet');
  if (isTable) {
    if (file === undefined) throw new UsageError((usage) => usage.needs('--format parquet', '--out'));
    return { kind: 'file', format: 'parquet', file };
  }
  if (format !== undefined && !exportFormats.includes(format)) oneOf('--format', z.enum(exportFormats), format);
  const target = outputTarget(format, file);
  return target.kind === 'lines' ? { kind: 'stdout', format: 'json' } : target;
}

function oneOf<Choice extends string>(
  flag: string,
  schema: z.ZodType<Choice> & { readonly options: readonly string[] },
  value: string,
): Choice {
  const chosen = schema.safeParse(value);
  if (chosen.success) return chosen.data;
  throw new UsageError((usage) => usage.noChoice(flag, schema.options, value));
}

/** `train=80,validation=10,test=10`, in per cent; what is not named gets nothing. */
function sharesOf(split: string): SplitShares {
  const shares = new Map<string, number>();
  for (const part of split.split(',')) {
    const [, name, share] = /^\s*(train|validation|test)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
    if (name === undefined || shares.has(name)) throw new UsageError((usage) => usage.splitInvalid(split));
    shares.set(name, Number(share));
  }
  const of = (name: string) => shares.get(name) ?? 0;
  const parsed = splitSharesSchema.safeParse({ train: of('train'), validation: of('validation'), test: of('test') });
  if (!parsed.success) throw new UsageError((usage) => usage.splitInvalid(split));
  return parsed.data;
}
