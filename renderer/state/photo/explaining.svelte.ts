/** @file "Why this word?": which text of the photo is explained, which of its words is chosen, and where in the photo it comes from. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { ExplainedWord, Explanation, Region } from '../../../preload/contract/explaining.ts';
import type { Client } from '../connection.ts';
import { isAbort, problemOf } from '../problems.ts';

export interface TextToExplain {
  readonly photoId: number;
  readonly text: string;
  /** Undefined of what the person typed to try it. */
  readonly captionId?: number | undefined;
}

export class ExplainingState {
  readonly #client: Client['explaining'];
  #asked = $state.raw<TextToExplain | undefined>(undefined);
  #explanation = $state.raw<Explanation | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  /** Index of a word of the explanation. */
  #chosen = $state<number | undefined>(undefined);
  #request: AbortController | undefined;

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

  /** An empty text is one that is still to be typed. */
  async start(asked: TextToExplain): Promise<void> {
    this.stop();
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

  stop(): void {
    this.#request?.abort();
    this.#asked = undefined;
    this.#explanation = undefined;
    this.#problem = undefined;
    this.#chosen = undefined;
  }
}

/** Which third of the picture the middle of a region lies in: row, then column, 0 to 2. */
export function thirdsOf({ left, top, width, height }: Region): readonly [number, number] {
  const third = (share: number): number => Math.min(2, Math.floor(share * 3));
  return [third(top + height / 2), third(left + width / 2)];
}
