/** @file Checks an installed model: every byte of its files, then the numbers it computes. */
import { loadAnyModel } from '../architectures/models.ts';
import { defaultSessionSettings } from '../runtime/graphSession.ts';
import { assertSelfTest } from '../runtime/modelSelfTest.ts';
import { assertContent, rememberFiles } from './installedFiles.ts';
import { type ModelManifest, readManifest } from './manifest.ts';

export interface VerifyReport {
  readonly manifest: ModelManifest;
  readonly files: number;
  readonly stages: readonly string[];
}

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
  await assertSelfTest(model, manifest, 'cpu');
  return { manifest, files: manifest.files.length, stages: manifest.selfTest.map(({ stage }) => stage) };
}
