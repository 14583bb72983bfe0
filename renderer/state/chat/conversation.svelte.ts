/** @file The conversation with one photo: what was said, and the answer that is on its way. Everything lies in the library; this is what the page shows of it. Renderer only. */
import type { ChatEvent, FirstMessage, GenerationOverrides, Message } from '../../../preload/contract/chat.ts';
import type { Problem } from '../../../preload/contract/common.ts';
import type { Client } from '../connection.ts';
import type { Drafts, FieldDraft } from '../drafts.svelte.ts';
import { problemOf } from '../problems.ts';

/** What a conversation asks of the library. */
type ChatClient = Pick<Client['chat'], 'messages' | 'firstMessages' | 'showBranch' | 'suggestions' | 'ask' | 'clear'>;

export interface Asking {
  readonly question: string;
  readonly modelId?: string | undefined;
  readonly settings?: GenerationOverrides | undefined;
  /** An earlier question of the person's, now in other words. */
  readonly replacesMessageId?: number | undefined;
}

/** A question whose answer is not kept yet. */
export interface PendingAnswer {
  readonly asking: Asking;
  readonly askedAtMs: number;
  readonly text: string;
  /** The library has the question. */
  readonly kept: boolean;
}

export class Conversation {
  readonly photoId: number;
  readonly #client: ChatClient;
  readonly #kept: FieldDraft;
  readonly #nowMs: () => number;
  #messages = $state.raw<readonly Message[] | undefined>(undefined);
  #earlier = $state.raw<readonly FirstMessage[]>([]);
  #suggestions = $state.raw<readonly string[]>([]);
  #pending = $state.raw<PendingAnswer | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  /** What could not be asked, so that asking it again takes one press. */
  #unanswered = $state.raw<Asking | undefined>(undefined);
  #announcement = $state('');
  /** Undefined until something is typed: it begins with what was kept. */
  #draft = $state<string>();
  #stop: AbortController | undefined;

  /** @param kept what is typed and not asked yet */
  constructor(photoId: number, client: ChatClient, kept: FieldDraft, nowMs: () => number = Date.now) {
    this.photoId = photoId;
    this.#client = client;
    this.#kept = kept;
    this.#nowMs = nowMs;
  }

  /** Oldest first; undefined until they were read. */
  get messages(): readonly Message[] | undefined {
    return this.#messages;
  }

  /** What was typed and not asked yet. */
  get draft(): string {
    return this.#draft ?? this.#kept.text ?? '';
  }
  set draft(text: string) {
    this.#draft = text;
    this.#kept.keep(text);
  }

  /** How the conversations about the photo began, newest first: where a new one is about to begin, all of them are earlier. */
  get earlier(): readonly FirstMessage[] {
    return this.#earlier;
  }

  get suggestions(): readonly string[] {
    return this.#suggestions;
  }

  get pending(): PendingAnswer | undefined {
    return this.#pending;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get unanswered(): Asking | undefined {
    return this.#unanswered;
  }

  /** The latest finished answer, for a screen reader: not its pieces. */
  get announcement(): string {
    return this.#announcement;
  }

  async load(): Promise<void> {
    try {
      const [messages, earlier, suggestions] = await Promise.all([
        this.#client.messages({ photoId: this.photoId }),
        this.#client.firstMessages({ photoId: this.photoId }),
        this.#client.suggestions({ photoId: this.photoId }),
      ]);
      // What is on its way is newer than what was read.
      if (this.#pending === undefined) this.#messages = messages;
      this.#earlier = earlier.toReversed();
      this.#suggestions = suggestions;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }

  /** Settles when the answer is there, was stopped or failed; the reason of a failure is in `problem`. */
  async ask(asking: Asking): Promise<void> {
    const question = asking.question.trim();
    if (question === '' || this.#pending !== undefined) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#problem = undefined;
    this.#unanswered = undefined;
    this.#hideFrom(asking.replacesMessageId);
    // Until the library has it.
    if (this.draft === '') this.#kept.keep(question);
    this.#pending = { asking: { ...asking, question }, askedAtMs: this.#nowMs(), text: '', kept: false };
    try {
      const events = await this.#client.ask(
        {
          photoId: this.photoId,
          question,
          settings: asking.settings ?? {},
          ...(asking.modelId !== undefined && { modelId: asking.modelId }),
          ...(asking.replacesMessageId !== undefined && { replacesMessageId: asking.replacesMessageId }),
        },
        { signal: stop.signal },
      );
      for await (const event of events) this.#take(event);
      // A stream that ends before the answer was kept was stopped.
      if (this.#pending !== undefined) await this.#keepStopped(this.#pending);
    } catch (error) {
      if (stop.signal.aborted) await this.#keepStopped(this.#pending);
      else await this.#fail(error, asking);
    } finally {
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  /** Ends the answer that is on its way; what was said so far is kept. */
  stop(): void {
    this.#stop?.abort();
  }

  /** Asks once more what got no answer. */
  async retry(): Promise<void> {
    const asking = this.#unanswered;
    if (asking === undefined) return;
    const standing = standingQuestion(this.#messages ?? [], asking.question);
    await this.ask({ ...asking, replacesMessageId: standing ?? asking.replacesMessageId });
  }

  async clear(): Promise<void> {
    this.stop();
    try {
      await this.#client.clear({ photoId: this.photoId });
      this.#messages = [];
      this.#earlier = (await this.#client.firstMessages({ photoId: this.photoId })).toReversed();
      this.#problem = undefined;
      this.#unanswered = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }

  /** Shows another branch: the one with this message. Not while an answer is on its way. */
  async showBranch(messageId: number): Promise<void> {
    if (this.#pending !== undefined) return;
    try {
      const messages = await this.#client.showBranch({ photoId: this.photoId, messageId });
      this.dismissProblem();
      this.#messages = messages;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }

  dismissProblem(): void {
    this.#problem = undefined;
    this.#leaveUnanswered();
  }

  /** A question that the library does not have goes back to where it was typed. */
  #leaveUnanswered(): void {
    const question = this.#unanswered?.question;
    this.#unanswered = undefined;
    if (question === undefined || this.draft !== '') return;
    if (standingQuestion(this.#messages ?? [], question) === undefined) this.draft = question;
  }

  #take(event: ChatEvent): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    switch (event.type) {
      case 'asked':
        this.#messages = [...(this.#messages ?? []), event.message];
        this.#pending = { ...pending, kept: true };
        this.#kept.keep(this.#draft ?? '');
        return;
      case 'text':
        // As the finished answer: no white space before its first word.
        this.#pending = {
          ...pending,
          text: pending.text === '' ? event.delta.trimStart() : pending.text + event.delta,
        };
        return;
      case 'answered':
        this.#messages = [...(this.#messages ?? []), event.message];
        this.#announcement = event.message.text;
        this.#pending = undefined;
        return;
    }
  }

  #hideFrom(messageId: number | undefined): void {
    const index = this.#messages?.findIndex(({ id }) => id === messageId) ?? -1;
    if (index >= 0) this.#messages = this.#messages?.slice(0, index);
  }

  /** The library keeps what was said up to the stop; it may need a moment for that. */
  async #keepStopped(pending: PendingAnswer | undefined): Promise<void> {
    for (const waitMs of [0, 100, 300, 900]) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const messages = await this.#client.messages({ photoId: this.photoId }).catch(() => undefined);
      if (messages === undefined) break;
      this.#messages = messages;
      if (messages.at(-1)?.author === 'model' || pending === undefined || pending.text === '') break;
    }
    this.#pending = undefined;
  }

  async #fail(error: unknown, asking: Asking): Promise<void> {
    const messages = await this.#client.messages({ photoId: this.photoId }).catch(() => undefined);
    this.#pending = undefined;
    if (messages !== undefined) this.#messages = messages;
    this.#problem = problemOf(error);
    this.#unanswered = asking;
  }
}

/** The question stands at the end without a whole answer: asking it again takes its place. */
function standingQuestion(messages: readonly Message[], question: string): number | undefined {
  const index = messages.findLastIndex(({ author }) => author === 'human');
  const asked = messages[index];
  const isAnswered = messages.slice(index + 1).some(({ stopped }) => !stopped);
  return asked === undefined || isAnswered || asked.text.trim() !== question.trim() ? undefined : asked.id;
}

/** Of conversations that are at rest; they are read again when needed. */
const maxKept = 30;

/** The conversations of the photos that were looked at: an answer goes on while another photo is on the screen. */
export class Conversations {
  readonly #client: ChatClient;
  readonly #drafts: Drafts;
  readonly #byPhoto = new Map<number, Conversation>();

  constructor(client: ChatClient, drafts: Drafts) {
    this.#client = client;
    this.#drafts = drafts;
  }

  of(photoId: number): Conversation {
    const known = this.#byPhoto.get(photoId);
    if (known !== undefined) return known;
    for (const [id, conversation] of this.#byPhoto) {
      if (this.#byPhoto.size < maxKept) break;
      if (conversation.pending === undefined) this.#byPhoto.delete(id);
    }
    const conversation = new Conversation(photoId, this.#client, this.#drafts.field(`chat/${photoId}`));
    this.#byPhoto.set(photoId, conversation);
    return conversation;
  }
}
