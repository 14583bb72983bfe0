/**
 * @file What a decoder keeps for every sequence (keys and values of a picture or an encoder, masks), laid out for the rows
 * of a step: beam search and sampling repeat, reorder and drop rows. Model host.
 */
import { floatsOf, floatTensor, int64Tensor, type Tensor } from './graphSession.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

export class SequenceRows {
  /** A row a sequence. */
  readonly #perSequence: Tensors;
  /** A row a row of the last step. */
  #perRow: Tensors;
  /** Which sequence each row of the last step belongs to. */
  #sequences: readonly number[];

  /** @param perSequence tensors whose first axis is the sequence */
  constructor(perSequence: Tensors, batchSize: number) {
    this.#perSequence = perSequence;
    this.#perRow = perSequence;
    this.#sequences = Array.from({ length: batchSize }, (_, sequence) => sequence);
  }

  /** Which sequence each row of the last step belongs to. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  get tensors(): Tensors {
    return this.#perRow;
  }

  /** Row r of the next step continues row `parents[r]` of the last one. Copies only where rows change sequence. */
  follow(parents: Int32Array): void {
    const sequences = Array.from(parents, (parent) => {
      const sequence = this.#sequences[parent];
      if (sequence === undefined) throw new RangeError(`the last step had no row ${parent}`);
      return sequence;
    });
    const isSame =
      sequences.length === this.#sequences.length && sequences.every((s, row) => s === this.#sequences[row]);
    if (isSame) return;
    this.#perRow = Object.fromEntries(
      Object.entries(this.#perSequence).map(([name, tensor]) => [name, takeRows(tensor, sequences)]),
    );
    this.#sequences = sequences;
  }
}

/** Rows `sequences` of a tensor, copied. */
function takeRows(tensor: Tensor, sequences: readonly number[]): Tensor {
  const dims = [sequences.length, ...tensor.dims.slice(1)];
  const rowSize = dims.slice(1).reduce((product, dim) => product * dim, 1);
  if (tensor.data instanceof BigInt64Array) {
    const rows = new BigInt64Array(sequences.length * rowSize);
    for (const [row, s] of sequences.entries())
      rows.set(tensor.data.subarray(s * rowSize, (s + 1) * rowSize), row * rowSize);
    return int64Tensor(rows, dims);
  }
  const source = floatsOf(tensor);
  const rows = new Float32Array(sequences.length * rowSize);
  for (const [row, s] of sequences.entries()) rows.set(source.subarray(s * rowSize, (s + 1) * rowSize), row * rowSize);
  return floatTensor(rows, dims);
}
