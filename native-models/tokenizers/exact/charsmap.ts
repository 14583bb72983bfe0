/**
 * @file The table of replacements that SentencePiece compiles into its models. Format: sentencepiece's `normalizer.cc`
 * with the double array of Darts-clone; use: the reference's `spm_precompiled`. Compiler and model host.
 */

/** Longer graphemes are looked up character by character. */
const maxGraphemeBytes = 5;

/** Far beyond any replacement: the longest of NFKC has 33. */
const maxTextBytes = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is wrong with a table; the message begins with its verb. */
export class CharsmapError extends Error {}

export class Charsmap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  readonly #known = new Map<string, string | undefined>();

  /** @throws CharsmapError */
  constructor(table: Uint8Array) {
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    const unitBytes = table.byteLength < 4 ? 0 : view.getUint32(0, true);
    if (unitBytes === 0 || unitBytes % 4 !== 0 || 4 + unitBytes > table.byteLength) {
      throw new CharsmapError('has a table of characters that is cut off or damaged');
    }
    this.#units = Uint32Array.from({ length: unitBytes / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#texts = table.subarray(4 + unitBytes);
  }

  /** The reference replaces a whole grapheme by what its first bytes stand for, where it is short. */
  normalize(text: string): string {
    let result = '';
    for (const { segment } of this.#graphemes.segment(text)) {
      const whole = encodedLength(segment) <= maxGraphemeBytes ? this.#replacement(segment) : undefined;
      if (whole !== undefined) result += whole;
      else for (const character of segment) result += this.#replacement(character) ?? character;
    }
    return result;
  }

  /**
   * Follows every path of the table, each part of it once: paths share their ends.
   * @throws CharsmapError for one that leads to what is no text
   */
  assertSound(): void {
    const seen = new Uint8Array(this.#units.length);
    const waiting = [this.#root()];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      for (let byte = 1; byte < 256; byte += 1) {
        const place = node ^ byte;
        const unit = this.#units[place];
        if (unit === undefined || labelOf(unit) !== byte || seen[place] === 1) continue;
        seen[place] = 1;
        const child = place ^ offsetOf(unit);
        if (hasValue(unit)) this.#assertText(child);
        waiting.push(child);
      }
    }
  }

  #assertText(place: number): void {
    const start = (this.#units[place] ?? 0xffffffff) & 0x7fffffff;
    try {
      if (start >= this.#texts.length) throw new RangeError('beyond the texts');
      const text = this.#textAt(start);
      if (text.length > maxTextBytes) throw new RangeError('too long');
      decoder.decode(text);
    } catch (cause) {
      throw new CharsmapError('has a table of characters that leads to what is no text', { cause });
    }
  }

  #replacement(part: string): string | undefined {
    if (this.#known.has(part)) return this.#known.get(part);
    const found = this.#find(encoder.encode(part));
    if (this.#known.size > 10_000) this.#known.clear();
    this.#known.set(part, found);
    return found;
  }

  /** What the shortest start of these bytes that is in the table stands for. */
  #find(bytes: Uint8Array): string | undefined {
    let place = this.#root();
    for (const byte of bytes) {
      place ^= byte;
      const unit = this.#units[place];
      if (byte === 0 || unit === undefined || labelOf(unit) !== byte) return undefined;
      place ^= offsetOf(unit);
      if (!hasValue(unit)) continue;
      const value = this.#units[place];
      return value === undefined ? undefined : Buffer.from(this.#textAt(value & 0x7fffffff)).toString('utf8');
    }
    return undefined;
  }

  #root(): number {
    return offsetOf(this.#units[0] ?? 0);
  }

  /** Texts end with a zero, which is looked for no further than one may be long: places that share a text are many. */
  #textAt(start: number): Uint8Array {
    const text = this.#texts.subarray(start, start + maxTextBytes + 1);
    const end = text.indexOf(0);
    return end < 0 ? text : text.subarray(0, end);
  }
}

function encodedLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function hasValue(unit: number): boolean {
  return ((unit >>> 8) & 1) === 1;
}

/** With the highest bit, which only values have, so that none of them is taken for a byte. */
function labelOf(unit: number): number {
  return (unit & 0x800000ff) >>> 0;
}

function offsetOf(unit: number): number {
  return ((unit >>> 10) << ((unit & (1 << 9)) >>> 6)) >>> 0;
}
