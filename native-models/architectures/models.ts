/** @file Loads a compiled model of any supported architecture. Model host. */
import * as z from 'zod';
import { type ModelKind, type ModelManifest, readManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import type { SessionSettings } from '../runtime/graphSession.ts';
import type { ImageTextMatcher, OpenModel, RunnableModel, VisionLanguageModel } from '../runtime/loadedModel.ts';
import { Blip2ItmModel } from './blip2Itm.ts';
import { openBlip2Opt } from './blip2Opt.ts';
import { openBlip2T5 } from './blip2T5.ts';
import { openBlipCaption } from './blipCaption.ts';
import { BlipItmModel } from './blipItm.ts';
import { openBlipVqa } from './blipVqa.ts';
import { openInstructBlipLlama } from './instructBlipLlama.ts';
import { openInstructBlipT5 } from './instructBlipT5.ts';

/** Models that write text, by architecture. */
const generators: Readonly<Record<string, OpenModel<VisionLanguageModel>>> = {
  'blip-caption': openBlipCaption,
  'blip-vqa': openBlipVqa,
  'blip2-opt': openBlip2Opt,
  'blip2-t5': openBlip2T5,
  'instructblip-llama': openInstructBlipLlama,
  'instructblip-t5': openInstructBlipT5,
};

/** Models that score pairs of picture and text, by architecture. */
const matchers: Readonly<Record<string, OpenModel<ImageTextMatcher>>> = {
  'blip-itm': BlipItmModel.open,
  'blip2-itm': Blip2ItmModel.open,
};

export interface Loaded<Model> {
  readonly model: Model;
  readonly manifest: ModelManifest;
}

/** Loads a model that writes text. @throws ModelError when the folder holds none that is usable */
export async function loadModel(folder: string, settings: SessionSettings): Promise<Loaded<VisionLanguageModel>> {
  return load(folder, await readManifest(folder), settings, 'generator', generators);
}

/** Loads a model that scores pairs of picture and text. @throws ModelError when the folder holds none that is usable */
export async function loadMatcher(folder: string, settings: SessionSettings): Promise<Loaded<ImageTextMatcher>> {
  return load(folder, await readManifest(folder), settings, 'matcher', matchers);
}

/** A loaded model that says what it is for. */
export type LoadedAny =
  | ({ readonly kind: 'generator' } & Loaded<VisionLanguageModel>)
  | ({ readonly kind: 'matcher' } & Loaded<ImageTextMatcher>);

/** Loads a model of either kind. @throws ModelError when the folder holds none that is usable */
export async function loadAnyModel(folder: string, settings: SessionSettings): Promise<LoadedAny> {
  const manifest = await readManifest(folder);
  const { kind } = manifest;
  return kind === 'matcher'
    ? { kind, ...(await load(folder, manifest, settings, kind, matchers)) }
    : { kind, ...(await load(folder, manifest, settings, kind, generators)) };
}

async function load<Model extends RunnableModel>(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
  wanted: ModelKind,
  openers: Readonly<Record<string, OpenModel<Model>>>,
): Promise<Loaded<Model>> {
  const { id, architecture, kind } = manifest;
  const open = openers[architecture];
  if (open !== undefined) {
    assertPicturesFit(manifest, folder);
    return { model: await open(folder, manifest, settingsFor(manifest, settings)), manifest };
  }
  if (kind !== wanted) {
    const verb = wanted === 'generator' ? 'write text' : 'score texts';
    throw new ModelError('MODEL_WRONG_KIND', `The model ${id} (${architecture}) cannot ${verb}.`, {
      folder,
      architecture,
    });
  }
  const message = `The model in ${folder} is of an architecture this Vignette does not know: ${architecture}.`;
  throw new ModelError('MODEL_MANIFEST_NEWER', message, { folder, architecture });
}

/** Up to this size, the bundled models' say, a second thread gains less than waiting for it costs on a busy machine. */
const oneThreadBytes = 64 << 20;

function settingsFor({ sizeBytes }: ModelManifest, settings: SessionSettings): SessionSettings {
  const threads = settings.threads === 0 && sizeBytes <= oneThreadBytes ? 1 : settings.threads;
  return { ...settings, threads };
}

/**
 * Pixels of another size would be taken for a batch of pictures, or for other places of one.
 * @throws ModelError MODEL_MANIFEST_INVALID
 */
function assertPicturesFit({ id, image, config }: ModelManifest, folder: string): void {
  const imageSize = z.object({ vision: z.object({ imageSize: z.int() }) }).safeParse(config).data?.vision.imageSize;
  if (imageSize === undefined || (image.width === imageSize && image.height === imageSize)) return;
  throw new ModelError(
    'MODEL_MANIFEST_INVALID',
    `The model ${id} sees pictures of ${imageSize} × ${imageSize} pixels, but would be given ${image.width} × ${image.height}. Import it again, from a checkpoint whose files belong together.`,
    { folder, imageSize, width: image.width, height: image.height },
  );
}
