/** @file A language model for tests: its logits are a hash of the sequence's history, and it watches its caller. */
import type { Decoder } from '../../../native-models/generation/decoder.ts';

export interface FakeModel {
  readonly vocabSize: number;
  readonly eosTokenIds: readonly number[];
  /** Added to the logits of the end tokens: the higher, the shorter the answers. */
  readonly eosBias: number;
  readonly seed: number;
}

/** The logits after a history, the same for every caller. */
export function fakeLogits(model: FakeModel, sequence: number, ids: readonly number[]): Float32Array {
  let state = (model.seed * 2654435761 + sequence * 40503 + ids.length) >>> 0;
  for (const id of ids) state = scramble(state ^ Math.imul(id + 1, 0x9e3779b1));
  return Float32Array.from({ length: model.vocabSize }, (_, token) => {
    const noise = scramble(state + Math.imul(token + 1, 0x85ebca6b)) / 2 ** 32;
    return 8 * noise - 4 + (model.eosTokenIds.includes(token) ? model.eosBias : 0);
  });
}

function scramble(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

interface Row {
  readonly sequence: number;
  readonly ids: readonly number[];
}

/** Follows `parents` as a KV cache would, so that a wrong parent gives another history and other logits. */
export class FakeDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  /** How many rows each step had. */
  readonly rowCounts: number[] = [];
  #rows: readonly Row[];
  readonly #model: FakeModel;

  constructor(model: FakeModel, promptIds: readonly (readonly number[])[]) {
    this.#model = model;
    this.batchSize = promptIds.length;
    this.vocabSize = model.vocabSize;
    this.promptIds = promptIds;
    this.#rows = promptIds.map((ids, sequence) => ({ sequence, ids }));
  }

  /** The histories whose caches the decoder holds now. */
  get histories(): readonly (readonly number[])[] {
    return this.#rows.map(({ ids }) => ids);
  }

  prefill(): Promise<Float32Array> {
    return Promise.resolve(this.#logits());
  }

  step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    if (tokens.length !== parents.length) throw new Error('one parent a token');
    this.#rows = Array.from(tokens, (token, r) => {
      const parent = this.#rows[parents[r] ?? -1];
      if (parent === undefined) throw new Error(`no such parent: ${parents[r]}`);
      return { sequence: parent.sequence, ids: [...parent.ids, token] };
    });
    this.rowCounts.push(tokens.length);
    return Promise.resolve(this.#logits());
  }

  joined(others: readonly Decoder[]): FakeDecoder {
    const parts = [this, ...others].map((decoder) => {
      if (decoder instanceof FakeDecoder) return decoder;
      throw new TypeError('not a decoder of this model');
    });
    const joined = new FakeDecoder(
      this.#model,
      parts.flatMap(({ promptIds }) => promptIds),
    );
    joined.#rows = parts.flatMap((part) => part.#rows);
    return joined;
  }

  #logits(): Float32Array {
    const logits = new Float32Array(this.#rows.length * this.vocabSize);
    for (const [r, { sequence, ids }] of this.#rows.entries()) {
      logits.set(fakeLogits(this.#model, sequence, ids), r * this.vocabSize);
    }
    return logits;
  }
}
