/** @file How a model wants its pictures: read from a checkpoint's image processor, kept in a compiled model. */
import * as z from 'zod';
import { VignetteError } from '../errors.ts';

const channelsSchema = z.tuple([z.number(), z.number(), z.number()]);

/** Everything that turns pixels into a model's input; plain data. */
export const imageProcessorConfigSchema = z.object({
  width: z.int().min(1).max(4096),
  height: z.int().min(1).max(4096),
  resample: z.literal('bicubic'),
  /** What an 8-bit level is multiplied by before normalisation. */
  rescaleFactor: z.number(),
  mean: channelsSchema,
  std: channelsSchema.refine((std) => std.every((value) => value !== 0), 'a standard deviation is 0'),
});
export type ImageProcessorConfig = z.output<typeof imageProcessorConfigSchema>;

/** A checkpoint whose image processor this code would not reproduce. */
export class ImageProcessorError extends VignetteError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super('IMAGE_PROCESSOR_UNSUPPORTED', message, { details, retry: 'never', blames: 'model' });
  }
}

/** Pillow's number for bicubic. */
const bicubic = 3;

/** The class defaults of BlipImageProcessor, which published files leave out. */
const publishedSchema = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().default(true),
  do_rescale: z.boolean().default(true),
  do_normalize: z.boolean().default(true),
  // Pictures always arrive here as RGB, so that nothing depends on it.
  do_convert_rgb: z.boolean().nullish(),
  resample: z.int().default(bicubic),
  rescale_factor: z.number().default(1 / 255),
  image_mean: z.union([channelsSchema, z.number()]).default([0.48145466, 0.4578275, 0.40821073]),
  image_std: z.union([channelsSchema, z.number()]).default([0.26862954, 0.26130258, 0.27577711]),
  size: z
    .union([
      z.int().transform((side) => ({ height: side, width: side })),
      z.strictObject({ height: z.int(), width: z.int() }),
    ])
    .default({ height: 384, width: 384 }),
});

/** Steps that other processors have; present and active, they would change the pixels. */
const foreignSteps = ['crop_size', 'crop_pct', 'pad_size', 'rescale_offset', 'max_image_size', 'max_pixels'];
const ownSteps = ['do_resize', 'do_rescale', 'do_normalize', 'do_convert_rgb'];

/**
 * Reads the image processor of a checkpoint: `preprocessorConfig` is its preprocessor_config.json, `processorConfig` its
 * processor_config.json (newer uploads keep the same keys there under `image_processor`); undefined where absent.
 */
export function parseImageProcessorConfig(preprocessorConfig: unknown, processorConfig: unknown): ImageProcessorConfig {
  const published = withoutNulls(findImageProcessor(preprocessorConfig, processorConfig));
  refuseForeignSteps(published);
  const parsed = publishedSchema.safeParse(published);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = issue?.path.join('.') ?? '';
    const message = `The image processor's “${key}” has a value that is not understood: ${JSON.stringify(published[String(issue?.path[0])])}.`;
    throw new ImageProcessorError(message, { key, value: published[String(issue?.path[0])] });
  }
  const { data } = parsed;
  const type = data.image_processor_type ?? data.feature_extractor_type;
  if (type !== undefined && !/^Blip(ImageProcessor(Fast|Pil)?|FeatureExtractor)$/.test(type)) {
    throw new ImageProcessorError(`The image processor “${type}” is not supported; BlipImageProcessor is.`, { type });
  }
  if (!data.do_resize) throw new ImageProcessorError('An image processor with “do_resize”: false is not supported.');
  if (data.resample !== bicubic) {
    const message = `The image processor's “resample”: ${data.resample} is not supported; 3 (bicubic) is.`;
    throw new ImageProcessorError(message, { resample: data.resample });
  }
  const three = (value: number | [number, number, number]): [number, number, number] =>
    typeof value === 'number' ? [value, value, value] : value;
  const config = imageProcessorConfigSchema.safeParse({
    width: data.size.width,
    height: data.size.height,
    resample: 'bicubic',
    rescaleFactor: data.do_rescale ? data.rescale_factor : 1,
    mean: data.do_normalize ? three(data.image_mean) : [0, 0, 0],
    std: data.do_normalize ? three(data.image_std) : [1, 1, 1],
  });
  if (!config.success) {
    const issue = config.error.issues[0];
    const message = `The image processor's ${issue?.path.join('.')} cannot be used: ${issue?.message}.`;
    throw new ImageProcessorError(message, { size: data.size, std: data.image_std });
  }
  return config.data;
}

function findImageProcessor(preprocessorConfig: unknown, processorConfig: unknown): Readonly<Record<string, unknown>> {
  const nested = isRecord(processorConfig) ? processorConfig.image_processor : undefined;
  if (isRecord(nested)) return nested;
  if (isRecord(preprocessorConfig)) return preprocessorConfig;
  throw new ImageProcessorError(
    'The checkpoint describes no image processor: it has neither a preprocessor_config.json nor an “image_processor” in its processor_config.json.',
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The reference treats a null like a missing key. */
function withoutNulls(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function refuseForeignSteps(published: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(published)) {
    // Padding brings pictures of one batch to one size; after resizing they have it already.
    const active = key.startsWith('do_') && !ownSteps.includes(key) && key !== 'do_pad' && value !== false;
    const inert = key === 'crop_size' && published.do_center_crop !== true;
    if (active || (foreignSteps.includes(key) && !inert)) {
      const message = `The image processor's “${key}”: ${JSON.stringify(value)} is not supported.`;
      throw new ImageProcessorError(message, { key, value });
    }
  }
}
