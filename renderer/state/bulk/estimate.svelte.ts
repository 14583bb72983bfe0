/** @file What work will cost, asked again soon after its terms changed. Renderer only. */
import type { Problem, Selection } from '../../../preload/contract/common.ts';
import type { Estimate } from '../../../preload/contract/pilots.ts';
import type { EstimatedTerms } from '../../../preload/contract/work.ts';
import type { Client } from '../connection.ts';
import { problemOf } from '../problems.ts';

export type EstimatedPhotos = { readonly selection: Selection } | { readonly pilotId: number };

/** While a person types. */
const waitMs = 150;

export class EstimateState {
  readonly #client: Pick<Client, 'pilots'>;
  #estimate = $state.raw<Estimate | undefined>();
  #problem = $state.raw<Problem | undefined>();
  #terms = $state.raw<EstimatedTerms | undefined>();

  constructor(client: Pick<Client, 'pilots'>) {
    this.#client = client;
  }

  /** Undefined until the first answer; that of the terms before until the next one. */
  get now(): Estimate | undefined {
    return this.#estimate;
  }
  /** The terms that it is for. */
  get terms(): EstimatedTerms | undefined {
    return this.#terms;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Until the returned function is called: for an effect. @param terms undefined: there is nothing to tell */
  ask(of: EstimatedPhotos, terms: EstimatedTerms | undefined): () => void {
    const gone = new AbortController();
    const timer = setTimeout(() => void this.#ask(of, terms, gone.signal), terms === undefined ? 0 : waitMs);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }

  async #ask(of: EstimatedPhotos, terms: EstimatedTerms | undefined, signal: AbortSignal): Promise<void> {
    try {
      const estimate = terms === undefined ? undefined : await this.#client.pilots.estimate({ of, terms }, { signal });
      if (signal.aborted) return;
      this.#estimate = estimate;
      this.#problem = undefined;
    } catch (error) {
      if (signal.aborted) return;
      this.#estimate = undefined;
      this.#problem = problemOf(error);
    }
    this.#terms = terms;
  }
}
