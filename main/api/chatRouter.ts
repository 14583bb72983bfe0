/** @file The contract's conversation with a photo. Main process and server. */
import type { Catalog } from '../library/catalog/catalog.ts';
import type { Message as StoredMessage } from '../library/catalog/conversations.ts';
import { askPhoto } from './askPhoto.ts';
import { chatMessage } from './chatMessage.ts';
import { api, tellable } from './implementation.ts';

/** Asked of any photo; the interface shows them in its own language and sends these words, which models know. */
const suggestedQuestions = ['what is in the picture?', 'how many people are there?', 'what is the weather like?'];

export const chatRouter = api.chat.router({
  messages: api.chat.messages.handler(({ context: { app }, input }) =>
    shownMessages(app.catalog, input.photoId).map((message) => chatMessage(app.catalog, message)),
  ),
  suggestions: api.chat.suggestions.handler(({ context: { app }, input }) => {
    const asked = shownMessages(app.catalog, input.photoId).map(({ text }) => text.toLowerCase());
    const elsewhere = app.catalog.answers.questions().map(({ text }) => text);
    return [...new Set([...elsewhere.slice(-4).toReversed(), ...suggestedQuestions])]
      .filter((question) => !asked.includes(question.toLowerCase()))
      .slice(0, 6);
  }),
  ask: api.chat.ask.handler(({ context: { app }, input, signal }) => tellable(askPhoto(app, input, signal))),
  clear: api.chat.clear.handler(({ context: { app }, input }) => {
    app.catalog.conversations.begin(input.photoId);
  }),
});

/** Of the newest conversation; earlier ones are kept, but over. */
function shownMessages(catalog: Catalog, photoId: number): StoredMessage[] {
  const conversation = catalog.conversations.of(photoId).at(-1);
  return conversation === undefined ? [] : catalog.conversations.messages(conversation.id);
}
