/** @file Loads a compiled model of any supported architecture. Model host. */
import { type ModelManifest, readManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import type { SessionSettings } from '../runtime/graphSession.ts';
import type { ImageTextMatcher } from '../runtime/imageTextMatcher.ts';
import type { OpenModel, RunnableModel } from '../runtime/modelParts.ts';
import type { VisionLanguageModel } from '../runtime/visionLanguageModel.ts';
import { InstructBlipT5Model } from './instructBlipT5/model.ts';

/** Models that write text, by architecture. */
const generators: Readonly<Record<string, OpenModel<VisionLanguageModel>>> = {
  'instructblip-t5': InstructBlipT5Model.open,
};

/** Models that judge pairs of picture and text, by architecture. */
const matchers: Readonly<Record<string, OpenModel<ImageTextMatcher>>> = {};

export interface Loaded<Model> {
  readonly model: Model;
  readonly manifest: ModelManifest;
}

/** Loads a model that writes text. @throws ModelError when the folder holds none that is usable */
export function loadModel(folder: string, settings: SessionSettings): Promise<Loaded<VisionLanguageModel>> {
  return load(folder, settings, generators, 'write text');
}

/** Loads a model that judges pairs of picture and text. @throws ModelError when the folder holds none that is usable */
export function loadMatcher(folder: string, settings: SessionSettings): Promise<Loaded<ImageTextMatcher>> {
  return load(folder, settings, matchers, 'judge texts');
}

/** Loads a model of either kind, to test it. */
export function loadAnyModel(folder: string, settings: SessionSettings): Promise<Loaded<RunnableModel>> {
  return load<RunnableModel>(folder, settings, { ...generators, ...matchers }, 'be tested');
}

async function load<Model extends RunnableModel>(
  folder: string,
  settings: SessionSettings,
  openers: Readonly<Record<string, OpenModel<Model>>>,
  purpose: string,
): Promise<Loaded<Model>> {
  const manifest = await readManifest(folder);
  const { id, architecture } = manifest;
  const open = openers[architecture];
  if (open !== undefined) return { model: await open(folder, manifest, settings), manifest };
  if (architecture in generators || architecture in matchers) {
    throw new ModelError('MODEL_WRONG_KIND', `The model ${id} (${architecture}) cannot ${purpose}.`, {
      folder,
      architecture,
    });
  }
  const message = `The model in ${folder} is of an architecture this Vignette does not know: ${architecture}.`;
  throw new ModelError('MODEL_MANIFEST_NEWER', message, { folder, architecture });
}
