/** @file Checkpoints as what a model is made of: a published one, also while it arrives, one with an adapter, and weights that research code saved. Compiler only. */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { recognizeModel } from '../architectures/compilers.ts';
import { Adapter } from '../checkpoint/adapter/adapter.ts';
import { adapterConfigFile } from '../checkpoint/adapter/adapterConfig.ts';
import { MergedTensors } from '../checkpoint/adapter/mergedTensors.ts';
import { ArrivingCheckpoint } from '../checkpoint/arrivingCheckpoint.ts';
import { Checkpoint, type WeightFile } from '../checkpoint/checkpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { readJsonFile } from '../checkpoint/checkpointFiles.ts';
import { parseConfig } from '../checkpoint/configSchemas.ts';
import { type CheckpointPlace, locateCheckpoint } from '../checkpoint/hubCache.ts';
import { readTrainingWeights } from '../checkpoint/pickle/torchWeights.ts';
import { ResearchTensors } from '../checkpoint/research/researchTensors.ts';
import type { TensorSource } from '../checkpoint/storedTensors.ts';
import { hasWeightFiles } from '../checkpoint/weightLayout.ts';
import { fileIdentity } from '../fileIdentity.ts';
import { ForeignFileError } from '../foreignFile.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { addedTokensIn } from '../tokenizers/tokenizerFiles.ts';
import { agreedImageProcessor, assertTokensAgree, type CompanionFiles } from './agreement.ts';
import type { Arrivals } from './arrivals.ts';
import { sha256OfFile } from './fileHash.ts';
import type { ImportOptions } from './importOptions.ts';
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
async function describeSource(
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

/**
 * @param file what LAVIS's or BLIP's training saves
 * @param baseFolder a published checkpoint of the same architecture: its config, tokenizers and image processor are used,
 *   and its weights where the file has none
 * @throws CheckpointError what is wrong with either, or that they do not belong together
 */
export async function openResearchSource(file: string, baseFolder: string | undefined): Promise<ModelSource> {
  const name = path.basename(file);
  if (baseFolder === undefined) {
    const message = `${name} holds weights alone, as training saves them. Name the folder of a published checkpoint of the same architecture with --base: its config and tokenizers are used, and its weights where the file has none.`;
    throw new CheckpointError('CHECKPOINT_NOT_A_CHECKPOINT', message, { file });
  }
  const place = await locateCheckpoint(baseFolder);
  const config = await readJsonFile(path.join(place.folder, 'config.json'));
  const { architecture } = recognizeModel({ config, generationConfig: undefined });
  const { model_type: family } = z.object({ model_type: z.enum(['blip', 'blip-2', 'instructblip']) }).parse(config);
  const weights = await Checkpoint.openFiles(path.dirname(file), { names: [name], readHeader: readTrainingWeights });
  const opened: AsyncDisposable[] = [weights];
  try {
    const base = (await hasWeightFiles(place.folder)) ? await Checkpoint.open(place.folder) : undefined;
    if (base !== undefined) opened.push(base);
    const tensors = new ResearchTensors(weights, base, { family, architecture });
    const baseFiles = base !== undefined && tensors.usesBase ? base.files : [];
    return {
      ...(await describeSource(place, tensors)),
      name: `${place.name} + ${await publishedFileName(file)}`,
      // it is the base's
      calibration: undefined,
      identity: [place.folder, weights.files, baseFiles],
      weightFiles: (options) => hashWeights([...weights.files, ...baseFiles], options),
    };
  } catch (error) {
    for (const one of opened) await one[Symbol.asyncDispose]();
    throw error;
  }
}

/** With its repository, where it lies in the hub's cache. */
async function publishedFileName(file: string): Promise<string> {
  const { name, revision } = await locateCheckpoint(path.dirname(file));
  return revision === undefined ? path.basename(file) : `${name}/${path.basename(file)}`;
}

/**
 * `base` with the LoRA adapter in `adapterFolder`; its owner disposes of the result instead of it.
 * @throws CheckpointError what is wrong with the adapter, or that it is not for this model
 */
export async function withAdapter(base: ModelSource, adapterFolder: string): Promise<ModelSource> {
  const { folder, name } = await locateCheckpoint(adapterFolder);
  const adapter = await Adapter.open(folder);
  try {
    return {
      ...base,
      name: `${base.name} + ${name}`,
      tensors: new MergedTensors(base.tensors, adapter),
      // they are the base's
      calibration: undefined,
      floatModel: undefined,
      identity: [base.identity, folder, adapter.files, [...adapter.updates], [...adapter.replacements]],
      async weightFiles(options) {
        const config = await sha256OfFile(path.join(folder, adapterConfigFile), { signal: options.signal });
        return [
          ...(await base.weightFiles(options)),
          ...(await hashWeights(adapter.files, options)),
          { name: adapterConfigFile, ...config },
        ];
      },
      async [Symbol.asyncDispose]() {
        await adapter[Symbol.asyncDispose]();
        await base[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await adapter[Symbol.asyncDispose]();
    throw error;
  }
}

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

/** @throws CheckpointError CHECKPOINT_CHANGED where a file is not the one that was opened; the signal's reason */
async function hashWeights(
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
