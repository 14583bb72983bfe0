/** @file Runs a loaded model's self-test and holds it to what is right for its precision on a device. Model host and compiler. */
import type { ModelManifest } from '../compiler/manifest.ts';
import type { Device } from '../devices/device.ts';
import { selfTestTolerance } from '../devices/tolerances.ts';
import { pixelStage, selfTestStages } from './pictureSelfTest.ts';
import { compareSelfTest } from './selfTest.ts';

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
