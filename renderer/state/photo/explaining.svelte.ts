/** @file "Why this word?": which text of the photo is explained, which of its words is chosen, and where in the photo it comes from. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { ExplainedWord, Explanation } from '../../../preload/contract/explaining.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export interface TextToExplain {
  readonly photoId: number;
  readonly text: string;
  /** Neither of what the person typed to try it. */
  readonly captionId?: number | undefined;
  /** Of an answer in the chat. */
  readonly messageId?: number | undefined;
}

export class ExplainingState {
  readonly #client: Client['explaining'];
  #asked = $state.raw<TextToExplain | undefined>(undefined);
  #explanation = $state.raw<Explanation | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  /** Index of a word of the explanation. */
  #chosen = $state<number | undefined>(undefined);
  #request: AbortController | undefined;
  #opener: HTMLElement | undefined;

  constructor(client: Client['explaining']) {
    this.#client = client;
  }

  /** Undefined while nothing is explained. */
  get asked(): TextToExplain | undefined {
    return this.#asked;
  }

  /** Undefined until the model has looked at the photo. */
  get explanation(): Explanation | undefined {
    return this.#explanation;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get chosen(): number | undefined {
    return this.#chosen;
  }

  get word(): ExplainedWord | undefined {
    return this.#chosen === undefined ? undefined : this.#explanation?.words[this.#chosen];
  }

  /**
   * An empty text is one that is still to be typed.
   * @param opener gets the keyboard back at the end, where it is not the photo itself
   */
  async start(asked: TextToExplain, opener?: HTMLElement): Promise<void> {
    const before = this.stop();
    this.#opener = opener ?? before;
    this.#asked = asked;
    if (asked.text === '') return;
    const request = new AbortController();
    this.#request = request;
    try {
      const explanation = await this.#client.words(asked, { signal: request.signal });
      if (!request.signal.aborted) this.#explanation = explanation;
    } catch (error) {
      if (!request.signal.aborted && !isAbort(error)) this.#problem = problemOf(error);
    }
  }

  choose(index: number): void {
    this.#chosen = index;
  }

  /** What is to have the keyboard back. */
  stop(): HTMLElement | undefined {
    const opener = this.#opener;
    this.#opener = undefined;
    this.#request?.abort();
    this.#asked = undefined;
    this.#explanation = undefined;
    this.#problem = undefined;
    this.#chosen = undefined;
    return opener;
  }
}
