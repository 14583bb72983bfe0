/** @file The conversations of the photos that were looked at: an answer goes on while another photo is on the screen. Renderer only. */
import { type ChatClient, Conversation } from './conversation.svelte.ts';

/** Of conversations that are at rest; they are read again when needed. */
const maxKept = 30;

export class Conversations {
  readonly #client: ChatClient;
  readonly #byPhoto = new Map<number, Conversation>();

  constructor(client: ChatClient) {
    this.#client = client;
  }

  of(photoId: number): Conversation {
    const known = this.#byPhoto.get(photoId);
    if (known !== undefined) return known;
    for (const [id, conversation] of this.#byPhoto) {
      if (this.#byPhoto.size < maxKept) break;
      if (conversation.pending === undefined) this.#byPhoto.delete(id);
    }
    const conversation = new Conversation(photoId, this.#client);
    this.#byPhoto.set(photoId, conversation);
    return conversation;
  }
}
