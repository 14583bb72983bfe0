/** @file The caption that a person is editing: saved by itself a moment after they stop typing, and kept in the browser until the library has it. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { KeptText } from '../keptText.ts';
import { problemOf } from '../problems.ts';

export interface DraftOptions {
  readonly photoId: number;
  /** By default a caption. */
  readonly kind?: TextKind | undefined;
  /** The caption as it is. */
  readonly text: string;
  /** The caption that the person starts from. */
  readonly basedOnId?: number | undefined;
  readonly write: (
    text: string,
    from: { readonly basedOnId?: number; readonly continuesRunId?: number },
  ) => Promise<{ readonly runId: number }>;
  readonly storage: KeptText;
  readonly idleMs?: number;
}

export type DraftState = 'saved' | 'unsaved' | 'saving' | 'failed';

export function draftKey(photoId: number, kind: TextKind = 'caption'): string {
  return kind === 'caption' ? `vignette:draft:${photoId}` : `vignette:draft:${kind}:${photoId}`;
}

export class CaptionDraft {
  readonly photoId: number;
  readonly #key: string;
  readonly #write: DraftOptions['write'];
  readonly #storage: KeptText;
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
    this.photoId = options.photoId;
    this.#key = draftKey(options.photoId, options.kind);
    this.#write = options.write;
    this.#storage = options.storage;
    this.#idleMs = options.idleMs ?? 1200;
    this.#basedOnId = options.basedOnId;
    this.#saved = options.text;
    this.#text = options.text;
    const kept = options.storage.getItem(this.#key);
    if (kept !== null && kept !== options.text) this.change(kept);
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

  /** Text that a lost connection or a closed page kept from being saved is there. */
  static hasKept(storage: KeptText, photoId: number, kind: TextKind = 'caption'): boolean {
    return storage.getItem(draftKey(photoId, kind)) !== null;
  }

  change(text: string): void {
    this.#text = text;
    if (this.#isDirty()) this.#storage.setItem(this.#key, text);
    else this.#storage.removeItem(this.#key);
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
    this.#storage.removeItem(this.#key);
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
      if (!this.#isDirty()) this.#storage.removeItem(this.#key);
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
