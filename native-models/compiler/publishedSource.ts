/** @file A published checkpoint as what a model is made of. Compiler only. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { recognizeModel } from '../architectures/compilers.ts';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { parseConfig } from '../checkpoint/configSchemas.ts';
import type { CheckpointPlace } from '../checkpoint/hubCache.ts';
import { fileIdentity } from '../fileIdentity.ts';
import { ForeignFileError } from '../foreignFile.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { addedTokensOf } from '../tokenizers/tokenizerFiles.ts';
import { agreedImageProcessor, assertTokensAgree, type CompanionFiles } from './agreement.ts';
import { sha256OfFile } from './fileHash.ts';
import type { ImportOptions } from './importCheckpoint.ts';
import { type Calibration, calibrationSchema } from './manifest.ts';
import type { ModelSource } from './modelSource.ts';

/** @throws CheckpointError what is wrong with the checkpoint's headers and JSON files */
export async function openPublishedSource({ folder, name, revision }: CheckpointPlace): Promise<ModelSource> {
  const checkpoint = await Checkpoint.open(folder);
  try {
    const raw = {
      config: await checkpoint.readJson('config.json'),
      generationConfig: await checkpoint.readJson('generation_config.json'),
      // what is wrong with the file is told when the tokenizer is loaded
      addedTokens: addedTokensOf(await checkpoint.readJson('tokenizer.json').catch(() => undefined)),
    };
    const recognized = recognizeModel(raw, checkpoint.tensorNames());
    const companions = await readCompanions(
      checkpoint,
      recognized.facts.vocabularies.map((vocabulary) => vocabulary.folder),
    );
    return {
      folder,
      name,
      revision,
      recognized,
      tensors: checkpoint,
      image: agreedImageProcessor(companions, recognized.facts),
      calibration: await readCalibration(checkpoint),
      identity: [folder, checkpoint.files],
      assertTokenizers: (tokenizers) => assertTokensAgree(recognized.facts, tokenizers, companions),
      weightFiles: (options) => hashWeights(checkpoint, options),
      [Symbol.asyncDispose]: () => checkpoint[Symbol.asyncDispose](),
    };
  } catch (error) {
    await checkpoint[Symbol.asyncDispose]();
    throw error;
  }
}

async function readCompanions(checkpoint: Checkpoint, tokenizerFolders: readonly string[]): Promise<CompanionFiles> {
  return {
    preprocessorConfig: await checkpoint.readJson('preprocessor_config.json'),
    processorConfig: await checkpoint.readJson('processor_config.json'),
    addedTokens: await checkpoint.readJson('added_tokens.json'),
    tokenizerConfigs: new Map(
      await Promise.all(
        tokenizerFolders.map(async (folder) => {
          return [folder, await checkpoint.readJson(path.join(folder, 'tokenizer_config.json'))] as const;
        }),
      ),
    ),
  };
}

/** A matching model that somebody calibrated carries the result beside its config, as `vignette models calibrate` gives it. */
async function readCalibration(checkpoint: Checkpoint): Promise<Calibration | undefined> {
  const raw = await checkpoint.readJson('calibration.json');
  return raw === undefined ? undefined : parseConfig(calibrationSchema, raw, 'calibration.json');
}

async function hashWeights(
  checkpoint: Checkpoint,
  { signal, onProgress }: Pick<ImportOptions, 'signal' | 'onProgress'>,
): Promise<WrittenFile[]> {
  const totalBytes = checkpoint.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  const hashed: WrittenFile[] = [];
  for (const file of checkpoint.files) {
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
