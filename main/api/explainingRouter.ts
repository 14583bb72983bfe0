/** @file Which model explains a text, and what it was asked for it. Main process and server. */
import { promptStyleOf } from '../../native-models/compiler/manifest.ts';
import type { ExplainRequest } from '../../native-models/runtime/protocol.ts';
import { chooseModel, ModelChoiceError, type UsableModel } from '../library/models/chooseModel.ts';
import { modelIdentity } from '../library/openInstalledModel.ts';
import { defaultCaptionWording } from '../library/prompting/builtInPresets.ts';
import { modelKey } from '../library/queue/modelLeases.ts';
import type { App } from './app.ts';
import { api } from './implementation.ts';
import { writerOf } from './work.ts';

type Asked = Pick<ExplainRequest, 'prompt' | 'kind'>;

export const explainingRouter = api.explaining.router({
  words: api.explaining.words.handler(async ({ context: { app }, input: { photoId, text, captionId }, signal }) => {
    const photo = app.catalog.photos.get(photoId);
    const author = captionId === undefined ? undefined : await authorOf(app, photoId, captionId);
    const { model, asked } = author ?? (await defaultWriter(app));
    const image = await app.imageOf(photoId, signal);
    const request = { image, content: photo.fingerprint, text, ...asked };
    const { totalMs: _, ...explanation } = await app.queue.explainNow(modelIdentity(model), request, signal);
    return { ...explanation, modelId: model.id, isAuthor: author !== undefined };
  }),
});

/** Undefined where a person wrote it, or where its model is not installed any more. */
async function authorOf(
  { catalog, models }: App,
  photoId: number,
  captionId: number,
): Promise<{ model: UsableModel; asked: Asked } | undefined> {
  const caption = catalog.captions.get(captionId);
  if (caption?.photoId !== photoId || caption.source !== 'model') return undefined;
  const { identity } = catalog.runs.get(caption.authorRunId);
  if (identity === undefined) return undefined;
  const asked = caption.prompt === undefined ? askedBy(identity) : { prompt: caption.prompt };
  try {
    const model = chooseModel(await models.list(), identity.model.id);
    return modelKey(modelIdentity(model)) === modelKey(identity.model) ? { model, asked } : undefined;
  } catch (error) {
    if (error instanceof ModelChoiceError) return undefined;
    throw error;
  }
}

function askedBy({ prompt, kind }: Asked): Asked {
  return kind === undefined ? { prompt } : { prompt, kind };
}

async function defaultWriter(app: App): Promise<{ model: UsableModel; asked: Asked }> {
  const model = await writerOf(app, undefined);
  const { text: prompt, kind } = defaultCaptionWording(promptStyleOf(model.facts));
  return { model, asked: { prompt, kind } };
}
