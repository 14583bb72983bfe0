/** @file The versions of messages, each with its branch of the conversation: which is next, and of which message. Pure; renderer only. */
import type { Message } from '../../../preload/contract/chat.ts';

/** The version of a message that is so many on; round and round, so that what was pressed can be pressed again. */
export function versionBeside({ id, versionIds }: Pick<Message, 'id' | 'versionIds'>, step: number): number {
  return versionIds.at((versionIds.indexOf(id) + step) % versionIds.length) ?? id;
}

/** The one that was switched last, or else the latest: what follows has versions of its own, which do not take its place. */
export function switchedMessage(messages: readonly Message[], firstVersionId: number | undefined): Message | undefined {
  const several = messages.filter(({ versionIds }) => versionIds.length > 1);
  return several.find(({ versionIds }) => versionIds[0] === firstVersionId) ?? several.at(-1);
}
