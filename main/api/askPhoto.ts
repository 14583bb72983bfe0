/** @file One question to one photo: kept, answered token by token, and the answer kept, as far as it got. Main process and server. */
import type * as z from 'zod';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import type { Turn } from '../../native-models/prompting/promptRequest.ts';
import type { ChatEvent, generationOverridesSchema } from '../../preload/contract/chat.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { NewMessage, Message as StoredMessage } from '../library/catalog/texts/conversations.ts';
import { modelIdentity, modelVersion } from '../library/openInstalledModel.ts';
import type { App } from './app.ts';
import { chatMessage, type KeptDetails } from './chatMessage.ts';
import { TextFlow } from './textFlow.ts';
import { writerOf } from './work.ts';

export interface PhotoQuestion {
  readonly photoId: number;
  readonly question: string;
  readonly modelId?: string | undefined;
  readonly settings: z.output<typeof generationOverridesSchema>;
  readonly replacesMessageId?: number | undefined;
}

/**
 * Leaving the stream, or the signal, stops the answer.
 * @throws what the model says against it; the question is kept all the same
 */
export async function* askPhoto(
  app: App,
  request: PhotoQuestion,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChatEvent, void, void> {
  const { catalog } = app;
  const model = await writerOf(app, request.modelId);
  const settings = generationSettingsSchema.parse({ stopOnLoop: true, ...defined(request.settings) });
  const { history: said, question } = keepQuestion(catalog, request);
  // The demo models learned single questions: told of an answer, they give it again, whatever is asked.
  const history = model.bundled ? [] : said;
  yield { type: 'asked', message: chatMessage(catalog, question) };

  const left = new AbortController();
  const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const flow = new TextFlow();
  const image = await app.imageOf(request.photoId, stop);
  const { fingerprint: content } = catalog.photos.get(request.photoId);
  const asking = app.queue
    .askNow(
      modelIdentity(model),
      { image, content, prompt: request.question, kind: 'question', history, settings },
      { signal: stop, onText: (delta) => flow.add(delta) },
    )
    .finally(() => flow.end());
  // Whoever leaves the stream does not wait for it any more.
  asking.catch(() => undefined);
  const keep = (text: string, answer: Awaited<typeof asking> | undefined) =>
    catalog.runs.within(
      {
        kind: 'chat',
        description: { kind: 'chat', question: request.question },
        identity: terms(),
        device: answer?.device,
      },
      (runId) => {
        catalog.modelVersions.record(runId, answer?.version ?? modelVersion(model));
        const details: KeptDetails = {
          stopped: answer === undefined,
          finish: answer?.finish ?? null,
          warnings: answer?.warnings ?? [],
          ms: answer?.ms ?? {},
        };
        const message: NewMessage = { author: 'model', text, runId, prompt: answer?.prompt, details };
        return catalog.conversations.reply(question.id, message);
      },
    );
  const terms = () => ({
    model: modelIdentity(model),
    prompt: request.question,
    kind: 'question' as const,
    settings,
  });
  let isKept = false;
  try {
    for await (const delta of flow) yield { type: 'text', delta };
    const answer = await asking;
    const id = keep(answer.text, answer);
    isKept = true;
    yield { type: 'answered', message: chatMessage(catalog, messageOf(catalog, id)) };
  } finally {
    left.abort();
    // Stopped: what was said so far is worth keeping.
    if (!isKept && flow.text !== '') keep(flow.text, undefined);
  }
}

function keepQuestion(
  catalog: Catalog,
  { photoId, question, replacesMessageId }: PhotoQuestion,
): { history: Turn[]; question: StoredMessage } {
  const { conversations } = catalog;
  return catalog.connection.write(() => {
    catalog.photos.get(photoId);
    const message: NewMessage = { author: 'human', text: question };
    let id = unansweredId(catalog, question, replacesMessageId);
    if (id !== undefined) conversations.showBranch(photoId, id);
    else if (replacesMessageId === undefined) id = conversations.say(photoId, message);
    else id = conversations.sayInstead(photoId, replacesMessageId, message);
    const branch = conversations.upTo(id);
    return { history: turnsOf(branch.slice(0, -1)), question: messageOf(catalog, id) };
  });
}

/** The question that got no answer is the same question when it is asked again. */
function unansweredId(catalog: Catalog, question: string, messageId: number | undefined): number | undefined {
  if (messageId === undefined || catalog.conversations.isFollowed(messageId)) return undefined;
  return catalog.conversations.upTo(messageId).at(-1)?.text === question ? messageId : undefined;
}

/** Questions that were answered, oldest first. */
function turnsOf(messages: readonly StoredMessage[]): Turn[] {
  return messages.flatMap((message, index) => {
    const next = messages[index + 1];
    return message.author === 'human' && next?.author === 'model'
      ? [{ question: message.text, answer: next.text }]
      : [];
  });
}

function messageOf(catalog: Catalog, id: number): StoredMessage {
  const message = catalog.conversations.upTo(id).at(-1);
  if (message === undefined) throw new RangeError(`message ${id} is gone`);
  return message;
}

function defined(settings: PhotoQuestion['settings']): object {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
