/** @file How fast bytes come at the moment. */

const overMs = 5000;
/** A rate over less says little. */
const minMs = 500;

export class TransferRate {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  add(bytes: number, atMs: number): void {
    const last = this.#samples.at(-1);
    // fetched anew: what was is no measure
    if (last !== undefined && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    while ((this.#samples[1]?.atMs ?? atMs) <= atMs - overMs) this.#samples.shift();
  }

  /** Null until there is something to go by. */
  bytesPerSecond(nowMs: number): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || nowMs - first.atMs < minMs) return null;
    return ((last.bytes - first.bytes) * 1000) / (nowMs - first.atMs);
  }
}
