/** @file Weights that research code saved, with the files of a published checkpoint, as what a model is made of. Compiler only. */
import path from 'node:path';
import * as z from 'zod';
import { recognizeModel } from '../architectures/compilers.ts';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { readJsonFile } from '../checkpoint/checkpointFiles.ts';
import { locateCheckpoint } from '../checkpoint/hubCache.ts';
import { readTrainingWeights } from '../checkpoint/pickle/torchWeights.ts';
import { ResearchTensors } from '../checkpoint/research/researchTensors.ts';
import { hasWeightFiles } from '../checkpoint/weightLayout.ts';
import { hashWeights } from './hashWeights.ts';
import type { ModelSource } from './modelSource.ts';
import { describeSource } from './publishedSource.ts';

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
