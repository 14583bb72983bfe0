/** @file What is typed into the filter bar, what could be put there, and when it takes effect. Renderer only. */
import type { z } from 'zod';
import type { suggestionSchema } from '../../../preload/contract/photos.ts';
import type { AppState } from '../../state/app.svelte.ts';

type Suggestion = z.output<typeof suggestionSchema>;

const suggestDebounceMs = 60;
/** A pause in typing, after which the photos follow. */
const filterDebounceMs = 350;

export class FilterState {
  readonly #app: AppState;
  #text = $state('');
  #suggestions = $state.raw<readonly Suggestion[]>([]);
  #chosen = $state(-1);
  #open = $state(false);
  #request: AbortController | undefined;
  #suggestTimer: ReturnType<typeof setTimeout> | undefined;
  #applyTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: AppState) {
    this.#app = app;
  }

  get text(): string {
    return this.#text;
  }
  get suggestions(): readonly Suggestion[] {
    return this.#suggestions;
  }
  /** Place among the suggestions; −1 for none. */
  get chosen(): number {
    return this.#chosen;
  }
  get open(): boolean {
    return this.#open && this.#suggestions.length > 0;
  }

  /** The list was changed from elsewhere. */
  follow(query: string): void {
    clearTimeout(this.#applyTimer);
    this.#text = query;
  }

  type(text: string, cursor: number): void {
    this.#text = text;
    this.suggestSoon(cursor);
    clearTimeout(this.#applyTimer);
    this.#applyTimer = setTimeout(() => this.#apply(), filterDebounceMs);
  }

  suggestSoon(cursor: number): void {
    clearTimeout(this.#suggestTimer);
    this.#suggestTimer = setTimeout(() => void this.#suggest(cursor), suggestDebounceMs);
  }

  choose(step: 1 | -1): void {
    const { length } = this.#suggestions;
    this.#chosen = (this.#chosen + step + length + (this.#chosen < 0 && step < 0 ? 1 : 0)) % length;
  }

  /** Puts a suggestion into the text. Returns where the cursor then stands. */
  accept(index = this.#chosen): number | undefined {
    const suggestion = this.#suggestions[index];
    if (suggestion === undefined) return undefined;
    const { text, from, to } = suggestion;
    const cursor = from + text.length;
    this.#suggestions = [];
    this.#chosen = -1;
    this.type(this.#text.slice(0, from) + text + this.#text.slice(to), cursor);
    return cursor;
  }

  /** At once. */
  submit(): void {
    this.close();
    this.#app.recents.searched(this.#text);
    this.#apply();
  }

  clear(): void {
    this.#text = '';
    this.submit();
  }

  close(): void {
    clearTimeout(this.#suggestTimer);
    this.#request?.abort();
    this.#open = false;
    this.#chosen = -1;
  }

  /** Nothing happens later on its own. */
  dispose(): void {
    clearTimeout(this.#applyTimer);
    this.close();
  }

  #apply(): void {
    clearTimeout(this.#applyTimer);
    if (this.#text === this.#app.photos.query) return;
    this.#app.showList({ query: this.#text }, { replace: this.#app.photos.query !== '', isTyping: true });
  }

  async #suggest(cursor: number): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    try {
      const found = await this.#app.client.photos.suggest({ query: this.#text, cursor }, { signal: request.signal });
      if (request.signal.aborted) return;
      const chosen = this.#suggestions[this.#chosen]?.text;
      this.#suggestions = found;
      this.#chosen = found.findIndex(({ text }) => text === chosen);
      this.#open = true;
    } catch {
      // Suggestions are a help; without them one types on.
      if (!request.signal.aborted) this.#suggestions = [];
    }
  }
}
