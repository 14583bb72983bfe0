/** @file Whether the pointer rests, so that what lies over the photo can go. Renderer only. */

const restMs = 2500;

export class RestingPointer {
  #isResting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get isResting(): boolean {
    return this.#isResting;
  }

  moved(): void {
    this.#isResting = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isResting = true;
    }, restMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isResting = false;
  }
}
