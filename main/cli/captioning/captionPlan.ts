/** @file What `vignette caption` was asked for: checks the flags against each other. Pure. */
import path from 'node:path';
import * as z from 'zod';
import type { GenerationSettings } from '../../../native-models/runtime/protocol.ts';
import { type DocumentFormat, documentFormats } from '../../library/interchange/captionDocument.ts';
import { type SidecarFormat, sidecarFormats } from '../../library/interchange/sidecars.ts';
import { UsageError } from '../exitCodes.ts';
import { generationSettings } from '../generationOptions.ts';

/** Where captions go. */
export type CaptionTarget =
  | { readonly kind: 'lines' }
  | { readonly kind: 'stdout'; readonly format: DocumentFormat }
  | { readonly kind: 'file'; readonly format: DocumentFormat; readonly file: string }
  | { readonly kind: 'sidecars'; readonly format: SidecarFormat; readonly folder: string | undefined };

export interface CaptionPlan {
  readonly paths: readonly string[];
  readonly target: CaptionTarget;
  readonly prompt: string;
  readonly settings: GenerationSettings;
  readonly modelId: string | undefined;
  readonly json: boolean;
}

export const captionFormats: readonly string[] = [...documentFormats, ...sidecarFormats];

const optionValuesSchema = z.object({
  model: z.string().optional(),
  prompt: z.string(),
  out: z.string().optional(),
  format: z.string().optional(),
  json: z.boolean().default(false),
});

export function captionPlan(paths: readonly string[], optionValues: unknown, cwd: string): CaptionPlan {
  const { model, prompt, out, format, json } = optionValuesSchema.parse(optionValues);
  if (paths.some((named) => named === '')) {
    throw new UsageError('A path to a photo or a folder is empty.');
  }
  if (out === '') {
    throw new UsageError('--out needs a name.');
  }
  const target = captionTarget(format, out === undefined ? undefined : path.resolve(cwd, out));
  if (json && target.kind === 'stdout' && target.format === 'csv') {
    throw new UsageError('--json and --format csv exclude each other on stdout; name a file with --out.');
  }
  return { paths, target, prompt, settings: generationSettings(optionValues), modelId: model, json };
}

function captionTarget(format: string | undefined, out: string | undefined): CaptionTarget {
  const documentFormat = documentFormats.find((known) => known === format);
  const sidecarFormat = sidecarFormats.find((known) => known === format);
  if (sidecarFormat !== undefined) {
    return { kind: 'sidecars', format: sidecarFormat, folder: out };
  }
  if (format !== undefined && documentFormat === undefined) {
    throw new UsageError(`--format must be one of ${captionFormats.join(', ')}, not "${format}".`);
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
