/** @file Checks an installed model: every byte of its files, then the numbers it computes. */
import { loadAnyModel } from '../architectures/models.ts';
import type { Precision } from '../quantization/precision.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { pixelStage, selfTestStages } from '../runtime/pictureSelfTest.ts';
import { compareSelfTest } from '../runtime/selfTest.ts';
import { assertContent, rememberFiles } from './installedFiles.ts';
import { type ModelManifest, readManifest } from './manifest.ts';

export interface VerifyReport {
  readonly manifest: ModelManifest;
  readonly files: number;
  readonly stages: readonly string[];
}

/**
 * Float32 results differ in the last bits between processors and numbers of threads; where activations are rounded to
 * 8 bits, such a difference can become one of a whole step, and grow from layer to layer.
 */
const selfTestTolerances: Readonly<Record<Precision, number>> = { fp32: 1e-3, int8: 0.1, int4: 0.1 };
/** Pixels do not: the last bit of a float32. */
const pixelTolerance = 1e-6;

/**
 * @throws ModelError MODEL_DAMAGED (names the file), MODEL_SELF_TEST_FAILED (names the stage), or what is wrong with the
 * manifest
 */
export async function verifyModel(
  folder: string,
  {
    signal,
    onProgress,
  }: {
    signal?: AbortSignal | undefined;
    onProgress?: (progress: { doneBytes: number; totalBytes: number }) => void;
  } = {},
): Promise<VerifyReport> {
  const manifest = await readManifest(folder);
  let doneBytes = 0;
  for (const { name, sha256 } of manifest.files) {
    const onRead = (bytes: number) => {
      doneBytes += bytes;
      onProgress?.({ doneBytes, totalBytes: manifest.sizeBytes });
    };
    await assertContent(folder, { name, sha256 }, { signal, onRead });
  }
  await rememberFiles(folder, manifest);
  const { model } = await loadAnyModel(folder, defaultSessionSettings);
  await using _disposed = model;
  const stages = await selfTestStages(model, manifest.image);
  const [pixels = [], computed = []] = [true, false].map((isPixels) =>
    manifest.selfTest.filter(({ stage }) => (stage === pixelStage) === isPixels),
  );
  compareSelfTest(pixels, stages, pixelTolerance);
  compareSelfTest(computed, stages, selfTestTolerances[manifest.precision]);
  return { manifest, files: manifest.files.length, stages: manifest.selfTest.map(({ stage }) => stage) };
}
