/** @file Checksums of the weight files that a model is made of. Compiler only. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { WeightFile } from '../checkpoint/checkpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { fileIdentity } from '../fileIdentity.ts';
import { ForeignFileError } from '../foreignFile.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { sha256OfFile } from './fileHash.ts';
import type { ImportOptions } from './importOptions.ts';

/** @throws CheckpointError CHECKPOINT_CHANGED where a file is not the one that was opened; the signal's reason */
export async function hashWeights(
  files: readonly WeightFile[],
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
): Promise<WrittenFile[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const hashed: WrittenFile[] = [];
  for (const file of files) {
    const onRead = (bytes: number) => {
      doneBytes += bytes;
      onProgress?.({ stage: 'hash', doneBytes, totalBytes });
    };
    const hash = await sha256OfFile(file.path, { signal, onRead }).catch((error: unknown) => {
      throw error instanceof ForeignFileError && error.code === 'EBUSY' ? changedMeanwhile(file.path, error) : error;
    });
    hashed.push({ name: path.basename(file.path), ...hash });
    if (fileIdentity(await stat(file.path, { bigint: true })) !== file.identity) throw changedMeanwhile(file.path);
  }
  return hashed;
}

function changedMeanwhile(file: string, cause?: unknown): CheckpointError {
  const message = `${path.basename(file)} changed while it was being imported. Start again.`;
  return new CheckpointError('CHECKPOINT_CHANGED', message, { file }, cause);
}
