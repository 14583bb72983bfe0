/** @file A pilot and its attempts, read anew while results come. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Pilot } from '../../../preload/contract/pilots.ts';
import type { AppState } from '../app.svelte.ts';
import { problemOf } from '../problems.ts';
import { Refresher } from '../refresher.ts';

/** A pilot is small, and looked at while its results come. */
const refreshing = { minPauseMs: 300, timesDuration: 10 };

export class PilotState {
  readonly #app: AppState;
  readonly #pilotId: number;
  #pilot = $state.raw<Pilot | undefined>();
  #problem = $state.raw<Problem | undefined>();
  readonly #refresher = new Refresher(() => this.#read(), refreshing);

  constructor(app: AppState, pilotId: number) {
    this.#app = app;
    this.#pilotId = pilotId;
  }

  /** Undefined until the first answer of the library. */
  get now(): Pilot | undefined {
    return this.#pilot;
  }
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Until the returned function is called: for an effect. */
  follow(): () => void {
    if (this.#app.connection === 'open') void this.load();
    const stop = this.#app.listen((event) => {
      if (event.type === 'runs' || event.type === 'photos') this.#refresher.soon();
    });
    return () => {
      stop();
      this.#refresher.stop();
    };
  }

  async load(): Promise<void> {
    await this.#refresher.now();
  }

  async #read(): Promise<void> {
    try {
      this.#pilot = await this.#app.client.pilots.get({ pilotId: this.#pilotId });
      this.#problem = undefined;
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }
}
