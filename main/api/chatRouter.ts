/** @file The contract's conversation with a photo. Main process and server. */
import type { Message } from '../../preload/contract/chat.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { captionByAnswer, tagByAnswer } from './answerUse.ts';
import { askPhoto } from './askPhoto.ts';
import { chatMessage } from './chatMessage.ts';
import { api, tellable } from './implementation.ts';

/** Asked of any photo; the interface shows them in its own language and sends these words, which models know. */
const suggestedQuestions = ['what is in the picture?', 'how many people are there?', 'what is the weather like?'];

export const chatRouter = api.chat.router({
  messages: api.chat.messages.handler(({ context: { app }, input }) => shownMessages(app.catalog, input.photoId)),
  firstMessages: api.chat.firstMessages.handler(({ context: { app }, input }) =>
    app.catalog.conversations.firstMessages(input.photoId),
  ),
  showBranch: api.chat.showBranch.handler(({ context: { app }, input }) => {
    app.catalog.conversations.showBranch(input.photoId, input.messageId);
    return shownMessages(app.catalog, input.photoId);
  }),
  suggestions: api.chat.suggestions.handler(({ context: { app }, input }) => {
    const asked = shownMessages(app.catalog, input.photoId).map(({ text }) => text.toLowerCase());
    const elsewhere = app.catalog.answers.questions().map(({ text }) => text);
    return [...new Set([...elsewhere.slice(-4).toReversed(), ...suggestedQuestions])]
      .filter((question) => !asked.includes(question.toLowerCase()))
      .slice(0, 6);
  }),
  ask: api.chat.ask.handler(({ context: { app }, input, signal }) => tellable(askPhoto(app, input, signal))),
  useAsCaption: api.chat.useAsCaption.handler(({ context: { app }, input: { photoId, messageId } }) =>
    captionByAnswer(app.catalog, photoId, messageId),
  ),
  tagByAnswer: api.chat.tagByAnswer.handler(async ({ context: { app }, input, signal }) => ({
    runId: (await tagByAnswer(app.catalog, input, signal)) ?? null,
  })),
  clear: api.chat.clear.handler(({ context: { app }, input }) => {
    app.catalog.conversations.startOver(input.photoId);
  }),
});

function shownMessages(catalog: Catalog, photoId: number): Message[] {
  return catalog.conversations.messages(photoId).map((message) => chatMessage(catalog, message));
}
