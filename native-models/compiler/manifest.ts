/** @file `model.json`: what a compiled model's folder says about itself. Written by the compiler, read everywhere. */
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readForeignFile } from '../foreignFile.ts';
import { imageProcessorConfigSchema } from '../preprocess/imageProcessorConfig.ts';
import { type PromptStyle, promptStyleSchema } from '../prompting/promptRequest.ts';
import { precisionSchema } from '../quantization/precision.ts';
import { ModelError } from './modelError.ts';
import { qualitySchema } from './quality.ts';

/** Raised when a reader of the older format would misunderstand the file. */
const formatVersion = 1;

/** Raised whenever the graphs that the compiler writes change. */
export const compilerVersion = '5';

export const manifestName = 'model.json';
export const maxManifestBytes = 16 << 20;

const fileSchema = z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** What a stage gave for the self-test's input: compared on other devices, and after a copy. */
const selfTestStageSchema = z.object({
  stage: z.string(),
  /** Euclidean norm of the stage's output. */
  norm: z.number(),
  /** Some of its values, evenly spaced. */
  values: z.array(z.number()),
});
export type SelfTestStage = z.output<typeof selfTestStageSchema>;

/** How a matching model's verdicts on labelled pairs of photo and text led to its threshold. */
export const calibrationSchema = z.object({
  /** Texts with a lower ITM probability are doubtful. */
  doubtfulBelow: z.number().min(0).max(1),
  /** Labelled pairs that it was found on. */
  pairs: z.int().positive(),
  /** Of the texts that are believed, the share that is true. */
  precision: z.number(),
  /** Of the true texts, the share that is believed. */
  recall: z.number(),
});
export type Calibration = z.output<typeof calibrationSchema>;

/** What a model is for: writing text about pictures, or judging it. */
export const modelKindSchema = z.enum(['generator', 'matcher']);
export type ModelKind = z.output<typeof modelKindSchema>;

export const manifestSchema = z.object({
  formatVersion: z.literal(formatVersion),
  compilerVersion: z.string(),
  id: z.string(),
  /** Name of the architecture, as in architectures/. */
  architecture: z.string(),
  kind: modelKindSchema,
  /** Generators: how they want to be asked. */
  promptStyle: promptStyleSchema.optional(),
  precision: precisionSchema,
  source: z.object({
    /** Of the repository that the checkpoint came from, or of its folder. */
    name: z.string(),
    /** The repository's commit, where it is known. */
    revision: z.string().optional(),
    /** Its weight files. */
    files: z.array(fileSchema),
  }),
  importedAt: z.iso.datetime(),
  /** All files of the model but this one. */
  files: z.array(fileSchema),
  sizeBytes: z.int(),
  image: imageProcessorConfigSchema,
  /** Sizes and token ids; the architecture's own schema validates it. */
  config: z.unknown(),
  selfTest: z.array(selfTestStageSchema),
  /** Quantized models: how near they come to float32. */
  quality: qualitySchema.optional(),
  /** Matching models that were calibrated: where belief ends. */
  calibration: calibrationSchema.optional(),
});
export type ModelManifest = z.output<typeof manifestSchema>;

/** Before styles were written down, there were InstructBLIPs only. */
export function promptStyleOf({ promptStyle }: Pick<ModelManifest, 'promptStyle'>): PromptStyle {
  return promptStyle ?? 'instruct';
}

export function newManifest(fields: Omit<ModelManifest, 'formatVersion' | 'compilerVersion'>): ModelManifest {
  return { formatVersion, compilerVersion, ...fields };
}

export async function writeManifest(folder: string, manifest: ModelManifest): Promise<void> {
  await writeFile(path.join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
}

/** Replaces a matching model's calibration, whole or not at all. */
export async function setCalibration(folder: string, calibration: Calibration): Promise<void> {
  const manifest = await readManifest(folder);
  const temporary = path.join(folder, `.${manifestName}.${process.pid}`);
  await writeFile(temporary, `${JSON.stringify({ ...manifest, calibration }, null, 2)}\n`, { flush: true });
  await rename(temporary, path.join(folder, manifestName));
}

/** @throws ModelError MODEL_NOT_FOUND, MODEL_MANIFEST_INVALID or MODEL_MANIFEST_NEWER */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const file = path.join(folder, manifestName);
  const content = await readForeignFile(file, maxManifestBytes).catch((cause: unknown) => {
    throw new ModelError('MODEL_NOT_FOUND', `There is no compiled model in ${folder}.`, { folder }, cause);
  });
  return parseManifest(content, folder);
}

/** @param folder or pack that the content was found in @throws ModelError MODEL_MANIFEST_INVALID or MODEL_MANIFEST_NEWER */
export function parseManifest(content: Buffer, folder: string): ModelManifest {
  const file = path.join(folder, manifestName);
  let raw: unknown;
  try {
    raw = JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new ModelError('MODEL_MANIFEST_INVALID', `${file} is not valid JSON.`, { folder }, cause);
  }
  const version = z.object({ formatVersion: z.int() }).safeParse(raw).data?.formatVersion;
  if (version !== undefined && version > formatVersion) {
    throw new ModelError(
      'MODEL_MANIFEST_NEWER',
      `The model in ${folder} was imported by a newer Vignette. Update, or import it again.`,
      {
        folder,
        version,
      },
    );
  }
  const parsed = manifestSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ModelError(
    'MODEL_MANIFEST_INVALID',
    `${file} is malformed: ${z.prettifyError(parsed.error)}`,
    { folder },
    parsed.error,
  );
}
