/** @file The k largest of many numbers, in order, without sorting the rest. */

/** Offered numbers in ascending order of index, it keeps the largest k; among equals the lowest index comes first. */
export class TopSelection {
  readonly #keys: Float64Array;
  readonly #indices: Int32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
    this.#indices = new Int32Array(capacity);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Once this many are kept, a key must exceed the smallest of them: NaN until then, so that any key passes. */
  get threshold(): number {
    const last = this.#keys.length - 1;
    return this.#count > last ? (this.#keys[last] ?? Number.NaN) : Number.NaN;
  }

  offer(key: number, index: number): void {
    if (key <= this.threshold) return;
    let place = Math.min(this.#count, this.#keys.length - 1);
    while (place > 0 && (this.#keys[place - 1] ?? 0) < key) {
      this.#keys[place] = this.#keys[place - 1] ?? 0;
      this.#indices[place] = this.#indices[place - 1] ?? 0;
      place -= 1;
    }
    this.#keys[place] = key;
    this.#indices[place] = index;
    this.#count = Math.min(this.#count + 1, this.#keys.length);
  }

  /** The indices of the largest, largest first. */
  indices(): readonly number[] {
    return Array.from(this.#indices.subarray(0, this.#count));
  }
}
