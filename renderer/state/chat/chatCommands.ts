/** @file What the keyboard does in a conversation, also while the next question is typed. Renderer only. */
import type { Message } from '../../../preload/contract/chat.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Command } from '../commands.svelte.ts';
import { versionBeside } from './versions.ts';

/** Alt with the arrows to the sides is the browser's, and moves by words on a Mac. */
export const versionKeys = { previous: 'alt+arrowup', next: 'alt+arrowdown' } as const;
export const quoteKeys = 'mod+j';
export const askManyKeys = 'alt+enter';
/** In the empty field of the question, and wherever there is no filter that they lead to. */
export const templateKeys = '/';

interface ChatActions {
  texts(): Texts['chat'];
  /** Undefined where none has several versions. */
  switched(): Message | undefined;
  show(messageId: number): void;
  canQuote(): boolean;
  quote(): void;
  /** That are found, and would be asked. */
  photosFound(): number;
  askMany(): void;
  hasFilter(): boolean;
  openTemplates(): void;
}

export function chatCommands(actions: ChatActions): Command[] {
  const { texts, switched, show, canQuote, quote, photosFound, askMany, hasFilter, openTemplates } = actions;
  const step = (by: number) => () => {
    const message = switched();
    if (message !== undefined) show(versionBeside(message, by));
  };
  const hasVersions = () => switched() !== undefined;
  return [
    {
      id: 'chat.previousVersion',
      title: () => texts().previousVersion,
      keys: [versionKeys.previous],
      when: hasVersions,
      run: step(-1),
    },
    {
      id: 'chat.nextVersion',
      title: () => texts().nextVersion,
      keys: [versionKeys.next],
      when: hasVersions,
      run: step(1),
    },
    { id: 'chat.quote', title: () => texts().quote, keys: [quoteKeys], when: canQuote, run: quote },
    {
      id: 'chat.askMany',
      title: () => texts().askAll(photosFound()),
      keys: [askManyKeys],
      when: () => photosFound() > 1,
      run: askMany,
    },
    {
      id: 'chat.savedQuestions',
      title: () => texts().savedQuestions,
      keys: [templateKeys],
      when: () => !hasFilter(),
      run: openTemplates,
    },
  ];
}
