/** @file The caption that a person is editing: saved by itself a moment after they stop typing, and kept in the browser until the library has it. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { Drafts, FieldDraft } from '../drafts.svelte.ts';
import { problemOf } from '../problems.ts';

export interface DraftOptions {
  /** The caption as it is. */
  readonly text: string;
  /** The caption that the person starts from. */
  readonly basedOnId?: number | undefined;
  readonly write: (
    text: string,
    from: { readonly basedOnId?: number; readonly continuesRunId?: number },
  ) => Promise<{ readonly runId: number }>;
  /** What a lost connection or a closed page kept from being saved. */
  readonly kept: FieldDraft;
  readonly idleMs?: number;
}

export type DraftState = 'saved' | 'unsaved' | 'saving' | 'failed';

/** What is kept of a photo's text until the library has it. */
export function keptTextOf(drafts: Drafts, photoId: number, kind: TextKind): FieldDraft {
  return drafts.field(`${kind}/${photoId}`);
}

export class CaptionDraft {
  readonly #write: DraftOptions['write'];
  readonly #kept: FieldDraft;
  readonly #idleMs: number;
  readonly #basedOnId: number | undefined;
  #text = $state('');
  #saved = $state('');
  #saving = $state(false);
  #problem = $state.raw<Problem | undefined>(undefined);
  #runIds = $state.raw<readonly number[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  readonly state: DraftState = $derived(this.#stateNow());

  constructor(options: DraftOptions) {
    this.#write = options.write;
    this.#kept = options.kept;
    this.#idleMs = options.idleMs ?? 1200;
    this.#basedOnId = options.basedOnId;
    this.#saved = options.text;
    this.#text = options.text;
    const kept = options.kept.text;
    if (kept !== undefined && kept !== options.text) this.change(kept);
  }

  get text(): string {
    return this.#text;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The runs that saving made, oldest first. */
  get runIds(): readonly number[] {
    return this.#runIds;
  }

  /** The runs so far, for one undo of them all. */
  takeRunIds(): readonly number[] {
    const taken = this.#runIds;
    this.#runIds = [];
    return taken;
  }

  change(text: string): void {
    this.#text = text;
    if (this.#isDirty()) this.#kept.keep(text);
    else this.#kept.forget();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), this.#idleMs);
  }

  /** Saves what is not saved yet. An empty caption is not one: it is not saved. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writing = this.#writing.then(() => this.#save());
    await this.#writing;
  }

  /** Goes back to the text as it was saved last. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#text = this.#saved;
    this.#kept.forget();
  }

  #isDirty(): boolean {
    return this.#text.trim() !== this.#saved.trim();
  }

  async #save(): Promise<void> {
    const text = this.#text.trim();
    if (text === '' || !this.#isDirty()) return;
    this.#saving = true;
    try {
      const continuesRunId = this.#runIds.at(-1);
      const { runId } = await this.#write(text, {
        ...(this.#basedOnId === undefined ? {} : { basedOnId: this.#basedOnId }),
        ...(continuesRunId === undefined ? {} : { continuesRunId }),
      });
      if (runId !== continuesRunId) this.#runIds = [...this.#runIds, runId];
      this.#saved = text;
      this.#problem = undefined;
      if (!this.#isDirty()) this.#kept.forget();
    } catch (error) {
      this.#problem = problemOf(error);
    } finally {
      this.#saving = false;
    }
  }

  #stateNow(): DraftState {
    if (this.#saving) return 'saving';
    if (this.#text.trim() === this.#saved.trim()) return 'saved';
    return this.#problem === undefined ? 'unsaved' : 'failed';
  }
}
