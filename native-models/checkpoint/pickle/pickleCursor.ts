/** @file Reads numbers and texts from the bytes of a pickle, never beyond their end. Compiler only. */
import type { WeightFileFaults } from './weightFileFaults.ts';

export class PickleCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #faults: WeightFileFaults;
  // a byte order mark at the start of a name is part of the name
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #position = 0;

  constructor(bytes: Uint8Array, faults: WeightFileFaults) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#faults = faults;
  }

  get position(): number {
    return this.#position;
  }

  get remainingBytes(): number {
    return this.#bytes.byteLength - this.#position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length of eight bytes; one that exceeds what is left is an error in any case. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** The only number of the format whose bytes come in the other order. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A signed whole number of `sizeBytes` bytes. */
  integer(sizeBytes: number): number {
    if (sizeBytes > 8) throw this.#faults.invalid(`it holds a whole number of ${sizeBytes} bytes`);
    if (sizeBytes === 0) return 0;
    const start = this.#advance(sizeBytes);
    let bits = 0n;
    for (let i = sizeBytes - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(this.#view.getUint8(start + i));
    const value = Number(BigInt.asIntN(sizeBytes * 8, bits));
    if (!Number.isSafeInteger(value)) throw this.#faults.invalid('it holds a whole number beyond 2^53');
    return value;
  }

  text(sizeBytes: number): string {
    const start = this.#advance(sizeBytes);
    return this.#decode(start, start + sizeBytes);
  }

  /** Text up to the end of the line, which is consumed. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#position);
    if (end < 0) throw this.#endsEarly();
    const start = this.#advance(end + 1 - this.#position);
    return this.#decode(start, end);
  }

  skip(sizeBytes: number): void {
    this.#advance(sizeBytes);
  }

  #advance(sizeBytes: number): number {
    if (sizeBytes > this.remainingBytes) throw this.#endsEarly();
    const start = this.#position;
    this.#position += sizeBytes;
    return start;
  }

  #endsEarly() {
    return this.#faults.invalid('its table of tensors ends in the middle', { positionBytes: this.#position });
  }

  #decode(start: number, end: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw this.#faults.invalid('it holds a text that is not UTF-8', { positionBytes: start }, cause);
    }
  }
}
