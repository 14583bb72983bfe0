/** @file What `vignette caption` was asked for: checks the flags against each other. Pure. */
import path from 'node:path';
import * as z from 'zod';
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { GenerationSettings } from '../../../native-models/generation/generationSettings.ts';
import {
  type DocumentFormat,
  documentFormatSchema,
  type SidecarFormat,
  sidecarFormatSchema,
} from '../../../schemas/exports.ts';
import type { TextKind } from '../../../schemas/text.ts';
import { maxTokensOfKinds } from '../../library/prompting/kindDefaults.ts';
import { namedDevice } from '../deviceOption.ts';
import { UsageError } from '../exitCodes.ts';
import { generationSettings } from '../generationOptions.ts';
import { pathIn } from '../namedFile.ts';
import { kindNamed } from '../writtenKinds.ts';

/** Where captions go. */
export type CaptionTarget =
  | { readonly kind: 'lines' }
  | { readonly kind: 'stdout'; readonly format: DocumentFormat }
  | { readonly kind: 'file'; readonly format: DocumentFormat; readonly file: string }
  | { readonly kind: 'sidecars'; readonly format: SidecarFormat; readonly folder: string | undefined };

export interface CaptionPlan {
  readonly paths: readonly string[];
  readonly writes: TextKind;
  readonly target: CaptionTarget;
  /** Undefined with a preset, and when nothing was said. */
  readonly prompt: string | undefined;
  readonly preset: string | undefined;
  readonly settings: GenerationSettings;
  readonly modelId: string | undefined;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  readonly filter: FilterPlan | undefined;
  /** Only a sample of the photos, before the same is done with all of them; nothing is written into files. */
  readonly tries: boolean;
  /** Once for each stack. */
  readonly stacks: boolean;
  /** Also what has a caption on these terms. */
  readonly again: boolean;
  readonly json: boolean;
  /** Of a CSV document. */
  readonly byteOrderMark: boolean;
}

/** CapFilt, as asked for. */
export interface FilterPlan {
  readonly modelId: string | undefined;
  readonly candidates: number;
}

export const captionFormats: readonly string[] = [...documentFormatSchema.options, ...sidecarFormatSchema.options];

/** Those in which an alt text or a long description is told from a caption. */
const formatsOfEveryKind: readonly string[] = ['json-full', 'jsonl', 'csv', 'xmp'];

const optionValuesSchema = z.object({
  write: z.string().default('caption'),
  model: z.string().optional(),
  prompt: z.string().optional(),
  preset: z.string().optional(),
  out: z.string().optional(),
  format: z.string().optional(),
  json: z.boolean().default(false),
  again: z.boolean().default(false),
  stacks: z.boolean().default(false),
  try: z.boolean().default(false),
  bom: z.boolean().default(false),
  candidates: z.string().optional(),
  filter: z.string().optional(),
});

export async function captionPlan(paths: readonly string[], optionValues: unknown, cwd: string): Promise<CaptionPlan> {
  const values = optionValuesSchema.parse(optionValues);
  const {
    write,
    model,
    prompt,
    preset,
    out,
    format,
    json,
    again,
    stacks,
    try: tries,
    bom,
    candidates,
    filter,
  } = values;
  if (paths.some((named) => named === '')) {
    throw new UsageError((usage) => usage.empty('path'));
  }
  if (out === '') {
    throw new UsageError((usage) => usage.valueMissing('--out', 'name'));
  }
  if (prompt !== undefined && preset !== undefined) {
    throw new UsageError((usage) => usage.excludes('--prompt', '--preset'));
  }
  if (tries && again) {
    throw new UsageError((usage) => usage.excludes('--try', '--again'));
  }
  const target = outputTarget(format, out === undefined ? undefined : pathIn(cwd, out));
  if (json && target.kind === 'stdout' && target.format === 'csv') {
    throw new UsageError((usage) => usage.jsonWithCsv);
  }
  const writes = kindNamed('--write', write);
  if (writes !== 'caption' && target.kind !== 'lines' && !formatsOfEveryKind.includes(target.format)) {
    throw new UsageError((usage) => usage.noPlaceFor(`--write ${write}`, target.format, formatsOfEveryKind));
  }
  assertByteOrderMark(bom, target.kind === 'lines' ? undefined : target.format);
  const filterPlan = candidates === undefined && filter === undefined ? undefined : filterOf(candidates, filter);
  const lengths = lengthValues(optionValues, writes);
  const settings = await generationSettings(
    filterPlan === undefined ? lengths : samplingValues(lengths, filterPlan),
    cwd,
  );
  return {
    paths,
    writes,
    target: tries ? { kind: 'lines' } : target,
    tries,
    stacks,
    prompt,
    preset,
    settings,
    modelId: model,
    device: namedDevice(optionValues),
    filter: filterPlan,
    again,
    json,
    byteOrderMark: bom,
  };
}

/** A long description has more room than a caption. */
function lengthValues(optionValues: unknown, writes: TextKind): unknown {
  const maxNewTokens = maxTokensOfKinds[writes];
  if (maxNewTokens === undefined) return optionValues;
  return { maxNewTokens: String(maxNewTokens), ...z.record(z.string(), z.unknown()).parse(optionValues) };
}

function filterOf(candidates: string | undefined, filter: string | undefined): FilterPlan {
  const count = z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .safeParse(candidates ?? '1');
  if (!count.success) {
    throw new UsageError((usage) =>
      usage.outOfRange('--candidates', { isWhole: true, from: 1, to: 64 }, candidates ?? ''),
    );
  }
  return { modelId: filter, candidates: count.data };
}

/** Several candidates are sampled whether or not --sample is there; as BLIP does it, from the likeliest 90 %. */
function samplingValues(optionValues: unknown, { candidates }: FilterPlan): unknown {
  const values = z.record(z.string(), z.unknown()).parse(optionValues);
  if (candidates === 1) {
    return values;
  }
  if (values.beams !== undefined) {
    throw new UsageError((usage) => usage.beamsWithCandidates);
  }
  return { topP: '0.9', ...values, sample: true };
}

/** @throws UsageError where the output is no CSV: other readers of UTF-8 take the mark for text */
export function assertByteOrderMark(wanted: boolean, format: string | undefined): void {
  if (wanted && format !== 'csv') throw new UsageError((usage) => usage.bomWithoutCsv);
}

/** @throws UsageError for a format that is none */
export function outputTarget(format: string | undefined, out: string | undefined): CaptionTarget {
  const documentFormat = documentFormatSchema.options.find((known) => known === format);
  const sidecarFormat = sidecarFormatSchema.options.find((known) => known === format);
  if (sidecarFormat !== undefined) {
    return { kind: 'sidecars', format: sidecarFormat, folder: out };
  }
  if (format !== undefined && documentFormat === undefined) {
    throw new UsageError((usage) => usage.noChoice('--format', captionFormats, format));
  }
  if (out !== undefined) {
    return { kind: 'file', format: documentFormat ?? formatOfName(out), file: out };
  }
  return documentFormat === undefined ? { kind: 'lines' } : { kind: 'stdout', format: documentFormat };
}

function formatOfName(out: string): DocumentFormat {
  switch (path.extname(out).toLowerCase()) {
    case '.jsonl':
      return 'jsonl';
    case '.csv':
      return 'csv';
    default:
      return 'json';
  }
}
