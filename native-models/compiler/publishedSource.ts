/** @file A published checkpoint as what a model is made of. Compiler only. */
import path from 'node:path';
import { recognizeModel } from '../architectures/compilers.ts';
import { ArrivingCheckpoint } from '../checkpoint/arrivingCheckpoint.ts';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readJsonFile } from '../checkpoint/checkpointFiles.ts';
import { parseConfig } from '../checkpoint/configSchemas.ts';
import type { CheckpointPlace } from '../checkpoint/hubCache.ts';
import type { TensorSource } from '../checkpoint/tensorSource.ts';
import { addedTokensIn } from '../tokenizers/tokenizerFiles.ts';
import { agreedImageProcessor, assertTokensAgree, type CompanionFiles } from './agreement.ts';
import type { Arrivals } from './arrivals.ts';
import { hashWeights } from './hashWeights.ts';
import { type Calibration, calibrationSchema } from './manifest.ts';
import type { ModelSource } from './modelSource.ts';

/** @throws CheckpointError what is wrong with the checkpoint's headers and JSON files */
export async function openPublishedSource(place: CheckpointPlace): Promise<ModelSource> {
  const checkpoint = await Checkpoint.open(place.folder);
  return await disposedOnError(checkpoint, async () => ({
    ...(await describeSource(place, checkpoint)),
    identity: [place.folder, checkpoint.files],
    weightFiles: (options) => hashWeights(checkpoint.files, options),
  }));
}

/** As `openPublishedSource`, before the weights have arrived: the folder of the checkpoint holds all its other files. */
export async function openArrivingSource(place: CheckpointPlace, arrivals: Arrivals): Promise<ModelSource> {
  const { weights } = arrivals;
  const checkpoint = await ArrivingCheckpoint.open(place.folder, weights);
  return await disposedOnError(checkpoint, async () => ({
    ...(await describeSource(place, checkpoint)),
    arriving: { checkpoint, arrivals },
    identity: [place.name, place.revision, weights.files],
    weightFiles: async () => weights.files,
  }));
}

async function disposedOnError(checkpoint: AsyncDisposable, open: () => Promise<ModelSource>): Promise<ModelSource> {
  try {
    return await open();
  } catch (error) {
    await checkpoint[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the files beside the weights say. @throws CheckpointError */
export async function describeSource(
  { folder, name, revision }: CheckpointPlace,
  tensors: TensorSource & AsyncDisposable,
): Promise<Omit<ModelSource, 'identity' | 'weightFiles'>> {
  const readJson = (file: string) => readJsonFile(path.join(folder, file));
  const raw = {
    config: await readJson('config.json'),
    generationConfig: await readJson('generation_config.json'),
    // what is wrong with the file is told when the tokenizer is loaded
    addedTokens: await addedTokensIn(folder),
  };
  const recognized = recognizeModel(raw, tensors.tensorNames());
  const companions = await readCompanions(
    readJson,
    recognized.facts.vocabularies.map((vocabulary) => vocabulary.folder),
  );
  return {
    folder,
    name,
    revision,
    recognized,
    tensors,
    image: agreedImageProcessor(companions, recognized.facts),
    calibration: await readCalibration(readJson),
    assertTokenizers: (tokenizers) => assertTokensAgree(recognized.facts, tokenizers, companions),
    [Symbol.asyncDispose]: () => tensors[Symbol.asyncDispose](),
  };
}

type ReadJson = (name: string) => Promise<unknown>;

async function readCompanions(readJson: ReadJson, tokenizerFolders: readonly string[]): Promise<CompanionFiles> {
  return {
    preprocessorConfig: await readJson('preprocessor_config.json'),
    processorConfig: await readJson('processor_config.json'),
    addedTokens: await readJson('added_tokens.json'),
    tokenizerConfigs: new Map(
      await Promise.all(
        tokenizerFolders.map(async (folder) => {
          return [folder, await readJson(path.join(folder, 'tokenizer_config.json'))] as const;
        }),
      ),
    ),
  };
}

/** A matching model that somebody calibrated carries the result beside its config, as `vignette models calibrate` gives it. */
async function readCalibration(readJson: ReadJson): Promise<Calibration | undefined> {
  const raw = await readJson('calibration.json');
  return raw === undefined ? undefined : parseConfig(calibrationSchema, raw, 'calibration.json');
}
