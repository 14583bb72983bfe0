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
  words: api.explaining.words.handler(async ({ context: { app }, input: { photoId, text, ...by }, signal }) => {
    const photo = app.catalog.photos.get(photoId);
    const author = await authorOf(app, writtenText(app.catalog, photoId, by));
    const { model, asked } = author ?? (await defaultWriter(app));
    const image = await app.imageOf(photoId, signal);
    const request = { image, content: photo.fingerprint, text, ...asked };
    const { totalMs: _, ...explanation } = await app.queue.explainNow(modelIdentity(model), request, signal);
    return { ...explanation, modelId: model.id, isAuthor: author !== undefined };
  }),
});

interface WrittenText {
  readonly runId: number;
  readonly prompt: string | undefined;
}

/** What a model wrote about this photo; undefined where a person did. */
function writtenText(
  { captions, conversations }: App['catalog'],
  photoId: number,
  { captionId, messageId }: { captionId?: number | undefined; messageId?: number | undefined },
): WrittenText | undefined {
  if (messageId !== undefined) {
    const { author, runId, prompt } = conversations.message(photoId, messageId) ?? {};
    return author === 'model' && runId !== undefined ? { runId, prompt } : undefined;
  }
  const caption = captionId === undefined ? undefined : captions.get(captionId);
  if (caption?.photoId !== photoId || caption.source !== 'model') return undefined;
  return { runId: caption.authorRunId, prompt: caption.prompt };
}

/** Undefined where no model wrote it, or where its model is not installed any more. */
async function authorOf(
  { catalog, models }: App,
  written: WrittenText | undefined,
): Promise<{ model: UsableModel; asked: Asked } | undefined> {
  if (written === undefined) return undefined;
  const { identity } = catalog.runs.get(written.runId);
  if (identity === undefined) return undefined;
  const asked = written.prompt === undefined ? askedBy(identity) : { prompt: written.prompt };
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
