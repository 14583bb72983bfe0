/** @file Sends an answer's text while its tokens are still coming, and nothing that is not part of the answer. Model host. */
import type { GenerationSettings } from './generationSettings.ts';
import type { GeneratedSequence } from './stoppingCriteria.ts';
import { textBeforeStop } from './stoppingCriteria.ts';

/** Tokens to text, as it settles. */
export interface TextSource {
  push(id: number): string;
  finish(): string;
}

/**
 * Text that may turn out to begin a stop string waits. Choices and tags come whole, at the end: their tokens are not
 * always spelled as the person spelled them. Of a repetition, what came before it was noticed has been sent already.
 */
export class AnswerTextStream {
  readonly #source: TextSource;
  readonly #stop: readonly string[];
  readonly #isOfGivenForm: boolean;
  readonly #onText: (delta: string) => void;
  #text = '';
  #sentLength = 0;

  constructor(
    source: TextSource,
    { stop, choices, tags }: Pick<GenerationSettings, 'stop' | 'choices' | 'tags'>,
    onText: (delta: string) => void,
  ) {
    this.#source = source;
    this.#stop = stop;
    this.#isOfGivenForm = choices !== undefined || tags !== undefined;
    this.#onText = onText;
  }

  push(id: number): void {
    if (this.#isOfGivenForm) return;
    this.#text += this.#source.push(id);
    this.#sendUpTo(textBeforeStop(this.#text, this.#stop).length);
  }

  /** Sends what was waiting. */
  finish({ finish, text }: GeneratedSequence): void {
    if (this.#isOfGivenForm) {
      this.#onText(text ?? '');
      return;
    }
    if (finish === 'loop') return;
    this.#text += this.#source.finish();
    this.#sendUpTo(finish === 'stop' ? textBeforeStop(this.#text, this.#stop).length : this.#text.length);
  }

  #sendUpTo(length: number): void {
    if (length <= this.#sentLength) return;
    this.#onText(this.#text.slice(this.#sentLength, length));
    this.#sentLength = length;
  }
}
