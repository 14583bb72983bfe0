/**
 * @file The self-test of a loaded model: its own stages, which begin with made-up pixels, and the way of a picture into it, from
 * the bytes of a file through decoding, resizing and normalising to features. Model host and compiler.
 */
import { crc32, deflateSync } from 'node:zlib';
import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import type { Device } from '../devices/device.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import { floatsOf } from './graphSession.ts';
import type { RunnableModel } from './loadedModel.ts';
import { compareSelfTest, summarizeStage } from './selfTest.ts';

/** The stage whose values are the same on every machine: levels are whole numbers until they are normalised. */
export const pixelStage = 'picture';

/** A model's own stages, then the way of a picture into it. */
export async function selfTestStages(model: RunnableModel, config: ImageProcessorConfig): Promise<SelfTestStage[]> {
  const stages = await model.selfTest();
  const { pixelValues } = await preprocessImage(selfTestPicture(), config);
  const features = await model.visionOutput(pixelValues);
  return [...stages, summarizeStage(pixelStage, pixelValues), summarizeStage('picture features', floatsOf(features))];
}

const [width, height] = [203, 141];

/** A PNG with waves of its own in every channel, in no model's proportions. */
function selfTestPicture(): Buffer {
  const stride = 1 + 3 * width; // a row begins with its filter: none
  const rows = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const wave = Math.sin((x * (c + 1)) / 17) + Math.cos((y * (3 - c)) / 23);
        rows[y * stride + 1 + 3 * x + c] = Math.round(127.5 + 60 * wave);
      }
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits a channel, RGB
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/**
 * By precision: of every value against its stage's root mean square, as in `compareSelfTest`.
 *
 * The values were computed on the CPU. Another CPU adds up in another order; a GPU also has other exponentials, and may
 * multiply in TensorFloat-32 or in float16. Where weights are quantised, the CPU rounds activations to eight bits: a
 * difference in their last bits can become a whole step and grow from layer to layer, and a GPU rounds other ones or none.
 * On SwiftShader, test models of 32 channels differ by up to 0.36 so, and by 4e-5 at most in float32. What such a wide
 * tolerance does not show, the probes of single operators do (`probes.ts`). In float16 the CPU leaves out some roundings
 * that a GPU makes: with all of them, the same test models differ by up to 0.06.
 */
const tolerances: Readonly<Record<string, { readonly cpu: number; readonly gpu: number }>> = {
  fp32: { cpu: 1e-3, gpu: 5e-3 },
  fp16: { cpu: 0.1, gpu: 0.2 },
  int8: { cpu: 0.1, gpu: 0.5 },
  int4: { cpu: 0.1, gpu: 0.5 },
};

/** @throws RangeError for a precision without tolerances */
export function selfTestTolerance(precision: string, device: Device): number {
  const known = tolerances[precision];
  if (known === undefined) throw new RangeError(`no tolerance is known for ${precision}`);
  return device === 'cpu' ? known.cpu : known.gpu;
}

/** Pixels do not differ between machines: the last bit of a float32. */
const pixelTolerance = 1e-6;

/** @throws ModelError MODEL_SELF_TEST_FAILED, naming the stage */
export async function assertSelfTest(
  model: Parameters<typeof selfTestStages>[0],
  { selfTest, image, precision }: Pick<ModelManifest, 'selfTest' | 'image' | 'precision'>,
  device: Device,
): Promise<void> {
  const stages = await selfTestStages(model, image);
  const [pixels = [], computed = []] = [true, false].map((isPixels) =>
    selfTest.filter(({ stage }) => (stage === pixelStage) === isPixels),
  );
  compareSelfTest(pixels, stages, pixelTolerance);
  compareSelfTest(computed, stages, selfTestTolerance(precision, device));
}
