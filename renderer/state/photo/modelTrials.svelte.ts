/**
 * @file Two captions of one photo, or two answers to a question about it, that are tried side by side: by two models, or
 * in the words of two presets. Renderer only.
 */
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
  /** Empty for the default one; of captions. */
  preset = $state('');
  isAsking = $state(false);
  trial = $state.raw<Trial>();
  problem = $state.raw<Problem>();
}

export class ModelTrials {
  readonly sides: readonly [TrialSide, TrialSide] = [new TrialSide(), new TrialSide()];
  /** Empty for a caption. */
  question = $state('');
  readonly #client: Client['trials'];
  readonly #storage: KeptText;
  readonly #photoId: number;
  /** What is kept of them already. */
  #keptId = $state<number>();
  /** What the texts that are shown were asked with. */
  #asked = $state.raw({ question: '', together: false });
  #request: AbortController | undefined;

  /** Marked where they differ, once both are there. */
  readonly parts: readonly (readonly TextPart[])[] = $derived.by(() => {
    const texts = this.sides.map(({ trial }) => trial?.text);
    const both = texts.filter((text) => text !== undefined);
    if (both.length === texts.length) return wordDifferences(both);
    return texts.map((text) => (text === undefined ? [] : [{ text, differs: false }]));
  });

  readonly isAsking: boolean = $derived(this.sides.some((side) => side.isAsking));
  readonly asksQuestion: boolean = $derived(this.question.trim() !== '');

  constructor(client: Client['trials'], storage: KeptText, photoId: number) {
    this.#client = client;
    this.#storage = storage;
    this.#photoId = photoId;
    const [first = '', second = '', question = ''] = (storage.getItem(storageKey) ?? '').split('\n');
    this.question = question;
    for (const [side, stored] of [
      [this.sides[0], first],
      [this.sides[1], second],
    ] as const) {
      const [modelId = '', preset = ''] = stored.split('\t');
      Object.assign(side, { modelId, preset });
    }
  }

  /** Whether both would be asked the same of the same model. */
  get isSame(): boolean {
    const [first, second] = this.sides;
    return first.modelId === second.modelId && (this.asksQuestion || first.preset === second.preset);
  }

  /** Whether the texts that are shown answer a question. */
  get areAnswers(): boolean {
    return this.#asked.question !== '';
  }

  /** Whether two models were at work at the same time: each took longer than alone. */
  get ranTogether(): boolean {
    return this.#asked.together;
  }

  isKept(side: TrialSide): boolean {
    return side.trial !== undefined && side.trial.id === this.#keptId;
  }

  /**
   * Two models at once, so that a slow one, or one that has to be loaded first, holds up nothing; one model twice, one
   * after the other, so that the first text comes soon and neither waits for the other within its time.
   */
  async ask(): Promise<void> {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    const [first, second] = this.sides;
    const question = this.question.trim();
    const together = first.modelId !== second.modelId;
    this.#asked = { question, together };
    const stored = [...this.sides.map(({ modelId, preset }) => `${modelId}\t${preset}`), question];
    this.#storage.setItem(storageKey, stored.join('\n'));
    for (const side of this.sides) Object.assign(side, { trial: undefined, problem: undefined, isAsking: true });
    const asking = this.#askOne(first, request.signal);
    if (!together) await asking;
    await Promise.all([asking, this.#askOne(second, request.signal)]);
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
    const { question } = this.#asked;
    try {
      const terms = {
        photoId: this.#photoId,
        ...(modelId === '' ? {} : { modelId }),
        ...(question !== '' ? { question } : preset === '' ? {} : { preset }),
      };
      const trial = await this.#client.write(terms, { signal });
      if (!signal.aborted) side.trial = trial;
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) side.problem = problemOf(error);
    }
    if (!signal.aborted) side.isAsking = false;
  }
}
