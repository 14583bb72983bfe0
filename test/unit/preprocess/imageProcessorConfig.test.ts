/** @file Reading image processors as checkpoints publish them. */
import { describe, expect, it } from 'vitest';
import {
  ImageProcessorError,
  imageProcessorConfigSchema,
  parseImageProcessorConfig,
} from '../../../native-models/preprocess/imageProcessorConfig.ts';

const clipMean = [0.48145466, 0.4578275, 0.40821073];
const clipStd = [0.26862954, 0.26130258, 0.27577711];

function refusal(published: unknown): ImageProcessorError {
  try {
    parseImageProcessorConfig(published, undefined);
  } catch (error) {
    if (error instanceof ImageProcessorError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('an image processor', () => {
  it('takes every value that is left out from the class defaults', () => {
    expect(parseImageProcessorConfig({}, undefined)).toEqual({
      width: 384,
      height: 384,
      resample: 'bicubic',
      rescaleFactor: 1 / 255,
      mean: clipMean,
      std: clipStd,
    });
  });

  it('treats null like a value that is left out', () => {
    expect(parseImageProcessorConfig({ size: null, resample: null, crop_size: null }, undefined)).toEqual(
      parseImageProcessorConfig({}, undefined),
    );
  });

  it('is read from processor_config.json where that has one, and from preprocessor_config.json otherwise', () => {
    const nested = { processor_class: 'InstructBlipProcessor', image_processor: { size: { height: 56, width: 48 } } };
    expect(parseImageProcessorConfig(undefined, nested)).toMatchObject({ height: 56, width: 48 });
    expect(parseImageProcessorConfig({ size: 224 }, { num_query_tokens: 8 })).toMatchObject({
      height: 224,
      width: 224,
    });
  });

  it('accepts the size as one number or as height and width', () => {
    expect(parseImageProcessorConfig({ size: 224 }, undefined)).toMatchObject({ width: 224, height: 224 });
    expect(parseImageProcessorConfig({ size: { height: 32, width: 64 } }, undefined)).toMatchObject({
      width: 64,
      height: 32,
    });
  });

  it('becomes the identity where rescaling and normalising are switched off', () => {
    expect(parseImageProcessorConfig({ do_rescale: false, do_normalize: false }, undefined)).toMatchObject({
      rescaleFactor: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
  });

  it('survives being stored as JSON', () => {
    const config = parseImageProcessorConfig({ size: 224 }, undefined);
    expect(imageProcessorConfigSchema.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('ignores keys that do not touch the pixels', () => {
    const published = {
      image_processor_type: 'BlipImageProcessor',
      processor_class: 'Blip2Processor',
      do_convert_rgb: true,
      do_center_crop: false,
      crop_size: { height: 224, width: 224 },
      do_pad: true,
      return_tensors: 'pt',
    };
    expect(parseImageProcessorConfig(published, undefined)).toEqual(parseImageProcessorConfig({}, undefined));
  });

  it.each([
    [{ do_center_crop: true }, 'do_center_crop'],
    [{ do_grayscale: true }, 'do_grayscale'],
    [{ do_resize: false }, 'do_resize'],
    [{ resample: 2 }, 'resample'],
    [{ size: { shortest_edge: 224 } }, 'size'],
    [{ size: 0 }, 'width'],
    [{ image_mean: [0.5] }, 'image_mean'],
    [{ image_std: [0, 1, 1] }, 'std'],
    [{ rescale_offset: true }, 'rescale_offset'],
    [{ image_processor_type: 'CLIPImageProcessor' }, 'CLIPImageProcessor'],
  ])('is refused by name where it asks for what cannot be honoured: %j', (published, name) => {
    const error = refusal(published);
    expect(error.code).toBe('IMAGE_PROCESSOR_UNSUPPORTED');
    expect(error.message).toContain(name);
  });

  it('is refused where the checkpoint has none', () => {
    expect(refusal(undefined).message).toContain('preprocessor_config.json');
  });
});
