/** @file Loads a compiled model of any supported architecture. Model host. */
import path from 'node:path';
import { type ModelManifest, readManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { GraphSession, type SessionSettings } from '../runtime/graphSession.ts';
import type { VisionLanguageModel } from '../runtime/visionLanguageModel.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import { instructBlipT5ConfigSchema } from './instructBlipT5/config.ts';
import { InstructBlipT5Model } from './instructBlipT5/model.ts';

type Loader = (folder: string, manifest: ModelManifest, settings: SessionSettings) => Promise<VisionLanguageModel>;

const loaders: Readonly<Record<string, Loader>> = {
  async 'instructblip-t5'(folder, manifest, settings) {
    const config = instructBlipT5ConfigSchema.safeParse(manifest.config);
    if (!config.success)
      throw new ModelError(
        'MODEL_MANIFEST_INVALID',
        `model.json in ${folder} has a malformed config.`,
        { folder },
        config.error,
      );
    const tokenizer = await loadTokenizer(folder);
    const qformerTokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
    const [visionEncoder, qformer, textEncoder, decoder] = await openSessions(
      folder,
      ['vision_encoder', 'qformer', 'text_encoder', 'decoder'] as const,
      settings,
    );
    return new InstructBlipT5Model(
      { visionEncoder, qformer, textEncoder, decoder, tokenizer, qformerTokenizer },
      config.data,
    );
  },
};

/** @throws ModelError when the folder holds no usable model */
export async function loadModel(
  folder: string,
  settings: SessionSettings,
): Promise<{ model: VisionLanguageModel; manifest: ModelManifest }> {
  const manifest = await readManifest(folder);
  const loader = loaders[manifest.architecture];
  if (loader === undefined) {
    throw new ModelError(
      'MODEL_MANIFEST_NEWER',
      `The model in ${folder} is of an architecture this Vignette does not know: ${manifest.architecture}.`,
      { folder },
    );
  }
  return { model: await loader(folder, manifest, settings), manifest };
}

/** Opens all graphs, or none. */
async function openSessions<const Names extends readonly string[]>(
  folder: string,
  names: Names,
  settings: SessionSettings,
): Promise<{ [K in keyof Names]: GraphSession }> {
  const sessions: GraphSession[] = [];
  try {
    for (const name of names) sessions.push(await GraphSession.open(folder, name, settings));
  } catch (error) {
    for (const session of sessions) await session[Symbol.asyncDispose]();
    throw error;
  }
  return sessions as { [K in keyof Names]: GraphSession };
}
