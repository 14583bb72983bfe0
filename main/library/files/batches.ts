/** @file Work that is cheaper for many than for each, asked for one by one. Pure. */

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  readonly settle: (answer: Promise<Answer>) => void;
}

/** What was asked while others were busy is done together; what is asked alone is done at once. */
export class Batches<Asked, Answer> {
  readonly #answer: (asked: readonly Asked[]) => Promise<readonly Answer[]>;
  readonly #maxItems: number;
  readonly #maxBatches: number;
  readonly #waiting: Waiting<Asked, Answer>[] = [];
  #batches = 0;
  #isDue = false;

  /**
   * @param answer an answer each, in their order; where it fails, it is called once more for each item alone
   * @param maxItems in a batch
   * @param maxBatches at the same time
   */
  constructor(
    answer: (asked: readonly Asked[]) => Promise<readonly Answer[]>,
    { maxItems, maxBatches }: { readonly maxItems: number; readonly maxBatches: number },
  ) {
    this.#answer = answer;
    this.#maxItems = maxItems;
    this.#maxBatches = maxBatches;
  }

  /** @throws what the answer to this item alone throws */
  ask(asked: Asked): Promise<Answer> {
    const answer = new Promise<Answer>((settle) => {
      this.#waiting.push({ asked, settle });
    });
    // Others that are asked in the same turn come along.
    if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(() => {
        this.#isDue = false;
        this.#begin();
      });
    }
    return answer;
  }

  #begin(): void {
    while (this.#waiting.length > 0 && this.#batches < this.#maxBatches) {
      const share = Math.ceil(this.#waiting.length / (this.#maxBatches - this.#batches));
      const batch = this.#waiting.splice(0, Math.min(share, this.#maxItems));
      this.#batches += 1;
      void this.#settle(batch).finally(() => {
        this.#batches -= 1;
        this.#begin();
      });
    }
  }

  async #settle(batch: readonly Waiting<Asked, Answer>[]): Promise<void> {
    let answers: readonly Answer[] | undefined;
    try {
      answers = await this.#answer(batch.map(({ asked }) => asked));
    } catch (error) {
      const [only] = batch;
      if (batch.length === 1) only?.settle(Promise.reject(error));
      else for (const one of batch) await this.#settle([one]);
      return;
    }
    for (const [index, answer] of answers.entries()) batch[index]?.settle(Promise.resolve(answer));
  }
}
