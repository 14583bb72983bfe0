/** @file The contract's conversation with a photo. Main process and server. */
import type { Message } from '../../preload/contract/chat.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { recentQuestions } from '../library/catalog/runs/askedQuestions.ts';
import { quoteAnswer, tagByAnswer } from './answerUse.ts';
import { askPhoto } from './askPhoto.ts';
import { chatMessage } from './chatMessage.ts';
import { api, tellable } from './implementation.ts';

/** Asked of any photo; the interface shows them in its own language and sends these words, which models know. */
const suggestedQuestions = ['what is in the picture?', 'how many people are there?', 'what is the weather like?'];

/** As many as the panel has room for. */
const maxRecent = 8;

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
  recentQuestions: api.chat.recentQuestions.handler(({ context: { app } }) =>
    recentQuestions(app.catalog.connection, maxRecent),
  ),
  ask: api.chat.ask.handler(({ context: { app }, input, signal }) => tellable(askPhoto(app, input, signal))),
  quoteAnswer: api.chat.quoteAnswer.handler(({ context: { app }, input }) => quoteAnswer(app.catalog, input)),
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
