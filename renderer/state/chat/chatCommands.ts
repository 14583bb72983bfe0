/** @file What the keyboard does in a conversation, also while the next question is typed. Renderer only. */
import type { Message } from '../../../preload/contract/chat.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Command } from '../commands.svelte.ts';
import { versionBeside } from './versions.ts';

/** Alt with the arrows to the sides is the browser's, and moves by words on a Mac. */
export const versionKeys = { previous: 'alt+arrowup', next: 'alt+arrowdown' } as const;
export const quoteKeys = 'mod+j';
/** In the field of the question. */
export const askManyKeys = 'alt+enter';
/** There, too, while it is empty. */
export const templateKeys = '/';

interface ChatActions {
  texts(): Texts['chat'];
  /** Undefined where none has several versions. */
  switched(): Message | undefined;
  show(messageId: number): void;
  canQuote(): boolean;
  quote(): void;
}

export function chatCommands({ texts, switched, show, canQuote, quote }: ChatActions): Command[] {
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
  ];
}
