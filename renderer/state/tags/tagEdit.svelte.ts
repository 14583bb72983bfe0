/** @file An edit of tags everywhere: previewed exactly, then done, with a way back. Renderer only. */
import type { TagOperation, TagPreview } from '../../../preload/contract/runs.ts';
import type { AppState } from '../app.svelte.ts';
import { isAbort, problemOf, problemText } from '../problems.ts';

/** What can be done to tags everywhere. */
export type TagTask = 'rename' | 'merge' | 'move' | 'remove' | 'replace' | 'drop' | 'keep';

/** Wherever a tag is. */
const everyPhoto = { query: '' };

export class TagEditState {
  readonly #app: AppState;
  #preview = $state.raw<TagPreview | undefined>();
  /** What was previewed: nothing else is done. */
  #operation: TagOperation | undefined;
  /** Of the preview that is being read. */
  #request: AbortController | undefined;
  #problem = $state<string | undefined>();
  #busy = $state(false);

  constructor(app: AppState) {
    this.#app = app;
  }

  get preview(): TagPreview | undefined {
    return this.#preview;
  }
  get problem(): string | undefined {
    return this.#problem;
  }
  get busy(): boolean {
    return this.#busy;
  }

  /** Something else was typed, or nobody waits any more. */
  forget(): void {
    this.#request?.abort();
    this.#preview = undefined;
    this.#problem = undefined;
    this.#operation = undefined;
  }

  async makePreview(operation: TagOperation): Promise<void> {
    this.forget();
    await this.#attempt(async () => {
      const request = new AbortController();
      this.#request = request;
      const preview = await this.#app.client.tags.preview(
        { selection: everyPhoto, operation },
        { signal: request.signal },
      );
      if (request.signal.aborted) return;
      this.#operation = operation;
      this.#preview = preview;
    });
  }

  /** What was previewed. Returns whether it is done. */
  async confirm(): Promise<boolean> {
    const { photos = 0 } = this.#preview ?? {};
    const operation = this.#operation;
    if (operation === undefined) return false;
    return await this.#attempt(async () => {
      const { runId } = await this.#app.client.tags.edit({ selection: everyPhoto, operation });
      this.#app.toast(this.#app.texts.tags.changed(photos), { undoRunId: runId ?? undefined });
      this.forget();
    });
  }

  async #attempt(action: () => Promise<void>): Promise<boolean> {
    if (this.#busy) return false;
    this.#busy = true;
    try {
      await action();
      return true;
    } catch (error) {
      if (!isAbort(error)) this.#problem = problemText(problemOf(error), this.#app.texts);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
