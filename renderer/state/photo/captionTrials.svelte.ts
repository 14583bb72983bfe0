/** @file Two captions of one photo that are tried side by side, by two models or in the words of two presets. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { Trial } from '../../../preload/contract/trials.ts';
import { type TextPart, wordDifferences } from '../compare/wordDifferences.ts';
import type { Client } from '../connection.ts';
import type { KeptText } from '../keptText.ts';
import { isAbort, problemOf } from '../problems.ts';

const storageKey = 'vignette:caption-trials';

export class TrialSide {
  /** Empty for the default one. */
  modelId = $state('');
  /** Empty for the default one. */
  preset = $state('');
  isAsking = $state(false);
  trial = $state.raw<Trial>();
  problem = $state.raw<Problem>();
}

export class CaptionTrials {
  readonly sides: readonly [TrialSide, TrialSide] = [new TrialSide(), new TrialSide()];
  readonly #client: Client['trials'];
  readonly #storage: KeptText;
  readonly #photoId: number;
  /** What is kept of them already. */
  #keptId = $state<number>();
  #request: AbortController | undefined;

  /** Marked where they differ, once both are there. */
  readonly parts: readonly (readonly TextPart[])[] = $derived.by(() => {
    const texts = this.sides.map(({ trial }) => trial?.text);
    const both = texts.filter((text) => text !== undefined);
    if (both.length === texts.length) return wordDifferences(both);
    return texts.map((text) => (text === undefined ? [] : [{ text, differs: false }]));
  });

  readonly isAsking: boolean = $derived(this.sides.some((side) => side.isAsking));

  constructor(client: Client['trials'], storage: KeptText, photoId: number) {
    this.#client = client;
    this.#storage = storage;
    this.#photoId = photoId;
    const [first, second] = (storage.getItem(storageKey) ?? '').split('\n').map((side) => side.split('\t'));
    for (const [side, [modelId = '', preset = '']] of [
      [this.sides[0], first ?? []],
      [this.sides[1], second ?? []],
    ] as const)
      Object.assign(side, { modelId, preset });
  }

  /** Whether both would be asked the same of the same model. */
  get isSame(): boolean {
    const [first, second] = this.sides;
    return first.modelId === second.modelId && first.preset === second.preset;
  }

  isKept(side: TrialSide): boolean {
    return side.trial !== undefined && side.trial.id === this.#keptId;
  }

  /** One after the other, so that neither waits for the other within its time. */
  async ask(): Promise<void> {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    this.#storage.setItem(storageKey, this.sides.map(({ modelId, preset }) => `${modelId}\t${preset}`).join('\n'));
    for (const side of this.sides) Object.assign(side, { trial: undefined, problem: undefined, isAsking: true });
    for (const side of this.sides) await this.#askOne(side, request.signal);
  }

  stop(): void {
    this.#request?.abort();
    for (const side of this.sides) side.isAsking = false;
  }

  /** @returns the run, where there is an answer that is not kept yet */
  async keep(side: TrialSide): Promise<number | undefined> {
    const { trial } = side;
    if (trial === undefined || this.isKept(side)) return undefined;
    const { runId } = await this.#client.keep({ trialId: trial.id });
    this.#keptId = trial.id;
    return runId;
  }

  async #askOne(side: TrialSide, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { modelId, preset } = side;
    try {
      const terms = { ...(modelId === '' ? {} : { modelId }), ...(preset === '' ? {} : { preset }) };
      const trial = await this.#client.write({ photoId: this.#photoId, ...terms }, { signal });
      if (!signal.aborted) side.trial = trial;
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) side.problem = problemOf(error);
    }
    if (!signal.aborted) side.isAsking = false;
  }
}
