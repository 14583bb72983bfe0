/** @file Text that comes in pieces, for one reader, who gets together what came while it was busy. Any process. */

export class TextFlow implements AsyncIterable<string> {
  /** All of it so far. */
  text = '';
  #unread = '';
  #ended = false;
  #wake: () => void = () => undefined;

  add(delta: string): void {
    this.text += delta;
    this.#unread += delta;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    for (;;) {
      if (this.#unread !== '') {
        const delta = this.#unread;
        this.#unread = '';
        yield delta;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
