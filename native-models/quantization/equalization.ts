/**
 * @file Moves scales between what gives activations and the matrices that read them, which leaves a model's function as it
 * is: a norm's scale and shift (or the rows of a matrix) divided by s, the columns of the matrices after it multiplied by s.
 * Real checkpoints have channels far larger than their neighbours, which would take those the precision of their shared
 * 8-bit scale. Compiler only.
 * Papers: cross-layer equalization (arXiv:1906.04721), SmoothQuant (arXiv:2211.10438), AWQ (arXiv:2306.00978).
 */
import type { TensorSource } from '../checkpoint/storedTensors.ts';
import { type MatrixSize, type TensorFactors, TensorReader, type WeightReader } from '../checkpoint/weightStreams.ts';

/** Channels that are given and read by linear operations only, so that they can be scaled. */
export interface ChannelLink {
  /** What gives the channels. */
  readonly producer: {
    /** A norm's scale (a value a channel), or a matrix (a row a channel). */
    readonly weight: string;
    readonly bias?: string | undefined;
    /** The first of the rows that are meant, where the matrix gives something else too. */
    readonly firstRow?: number;
  };
  /** Matrices that read them: a column a channel. */
  readonly consumers: readonly string[];
}

/** A layer norm with scale and shift, `path.weight` and `path.bias`, and the linear layers that read nothing else. */
export function normLink(path: string, readers: readonly string[]): ChannelLink {
  return { producer: { weight: `${path}.weight`, bias: `${path}.bias` }, consumers: readers.map(weightOf) };
}

/** An RMS norm, by its tensor's name, and the linear layers that read nothing else. */
export function scaleLink(tensor: string, readers: readonly string[]): ChannelLink {
  return { producer: { weight: tensor }, consumers: readers.map(weightOf) };
}

/** Rows of one linear layer that another reads, through nothing but sums and products with other things. */
export function rowsLink(
  path: string,
  reader: string,
  { bias = true, firstRow = 0 }: { readonly bias?: boolean; readonly firstRow?: number } = {},
): ChannelLink {
  return {
    producer: { weight: weightOf(path), ...(bias ? { bias: `${path}.bias` } : {}), firstRow },
    consumers: [weightOf(reader)],
  };
}

function weightOf(path: string): string {
  return `${path}.weight`;
}

/**
 * Reads tensors with the scales that leave producer and consumers of every link with ranges of equal size, channel by
 * channel. A link is looked at when one of its tensors is first read, after those before it that share tensors with it: it
 * sees what they have moved. So the order in which tensors are read changes nothing.
 */
export class EqualizedReader implements WeightReader {
  readonly #reader: TensorReader;
  readonly #links: readonly ChannelLink[];
  readonly #linksOf: ReadonlyMap<string, readonly number[]>;
  readonly #factors = new Map<string, TensorFactors>();
  readonly #importance = new Map<string, Float32Array>();
  readonly #readFor = new Map<string, ReadonlySet<string>>();
  readonly #done = new Set<number>();

  constructor(tensors: TensorSource, links: readonly ChannelLink[]) {
    this.#reader = new TensorReader(tensors, this.#factors);
    this.#links = links;
    const linksOf = new Map<string, number[]>();
    for (const [i, link] of links.entries()) {
      for (const tensor of tensorsOf(link)) linksOf.set(tensor, [...(linksOf.get(tensor) ?? []), i]);
    }
    this.#linksOf = linksOf;
  }

  sizeOf(tensor: string): MatrixSize {
    return this.#reader.sizeOf(tensor);
  }

  assertNumbers(tensor: string): void {
    this.#reader.assertNumbers(tensor);
  }

  async forEachPiece(...[tensor, visit, signal]: Parameters<WeightReader['forEachPiece']>): Promise<void> {
    for (const link of this.#neededLinks(tensor)) {
      if (this.#done.has(link)) continue;
      await this.#balance(this.#links[link] as ChannelLink, signal);
      this.#done.add(link);
    }
    await this.#reader.forEachPiece(tensor, visit, signal);
  }

  /** Of matrices that read a norm: the mean square of each input, up to a common factor. */
  importanceOf(tensor: string): Float32Array | undefined {
    return this.#importance.get(tensor);
  }

  readFor(tensor: string): ReadonlySet<string> {
    const known = this.#readFor.get(tensor);
    if (known !== undefined) return known;
    const links = this.#neededLinks(tensor).map((link) => this.#links[link] as ChannelLink);
    const read = new Set([tensor, ...links.flatMap(tensorsOf)]);
    this.#readFor.set(tensor, read);
    return read;
  }

  /** Those that have the tensor, and those before them that they depend on, in their order. */
  #neededLinks(tensor: string): number[] {
    const needed = new Set(this.#linksOf.get(tensor) ?? []);
    for (const link of needed) {
      const before = tensorsOf(this.#links[link] as ChannelLink).flatMap((shared) => this.#linksOf.get(shared) ?? []);
      for (const other of before) if (other < link) needed.add(other);
    }
    return [...needed].sort((x, y) => x - y);
  }

  async #balance(link: ChannelLink, signal: AbortSignal | undefined): Promise<void> {
    const { producer, consumers } = link;
    const given = await producedSizes(this.#reader, link, signal);
    const read = await consumedSizes(this.#reader, consumers, given.length, signal);
    const scales = balancedScales(given, read);
    const inverse = scales.map((scale) => 1 / scale);
    for (const tensor of [producer.weight, producer.bias]) {
      if (tensor !== undefined) multiplyRows(this.#factors, tensor, inverse, producer.firstRow ?? 0, this.#reader);
    }
    for (const tensor of consumers) multiplyColumns(this.#factors, tensor, scales);
    if (this.#reader.sizeOf(producer.weight).columns > 1) return;
    const squares = given.map((size, channel) => (size * (inverse[channel] as number)) ** 2);
    for (const tensor of consumers) this.#importance.set(tensor, squares);
  }
}

function tensorsOf({ producer: { weight, bias }, consumers }: ChannelLink): string[] {
  return [weight, ...(bias === undefined ? [] : [bias]), ...consumers];
}

/** How large each channel is: √(scale² + shift²) after a norm, the norm of its row of a matrix. */
async function producedSizes(
  reader: TensorReader,
  { producer: { weight, bias, firstRow = 0 }, consumers }: ChannelLink,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const channels = reader.sizeOf(consumers[0] as string).columns;
  const squares = new Float32Array(channels);
  const { columns } = reader.sizeOf(weight);
  const tensors = columns === 1 && bias !== undefined ? [weight, bias] : [weight];
  for (const tensor of tensors) {
    await reader.forEachPiece(
      tensor,
      (values, row) => {
        for (let start = 0, channel = row - firstRow; start < values.length; start += columns, channel++) {
          if (channel < 0 || channel >= channels) continue;
          let sum = 0;
          for (let i = start; i < start + columns; i++) sum += (values[i] as number) * (values[i] as number);
          squares[channel] = (squares[channel] as number) + sum;
        }
      },
      signal,
    );
  }
  return squares.map(Math.sqrt);
}

/** The largest magnitude in each column of all that read it. */
async function consumedSizes(
  reader: TensorReader,
  consumers: readonly string[],
  channels: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const largest = new Float32Array(channels);
  for (const tensor of consumers) {
    await reader.forEachPiece(
      tensor,
      (values) => {
        for (let start = 0; start < values.length; start += channels) {
          for (let channel = 0; channel < channels; channel++) {
            const size = Math.abs(values[start + channel] as number);
            if (size > (largest[channel] as number)) largest[channel] = size;
          }
        }
      },
      signal,
    );
  }
  return largest;
}

/** Powers of two, so that nothing is rounded: the model computes what it did, to the last bit. */
function balancedScales(given: Float32Array, read: Float32Array): Float32Array {
  const logs = given.map((size, channel) => 0.5 * Math.log2(size / (read[channel] as number)));
  const finite = logs.filter(Number.isFinite);
  const mean = finite.reduce((sum, log) => sum + log, 0) / Math.max(1, finite.length);
  return logs.map((log) => (Number.isFinite(log) ? 2 ** Math.round(log - mean) : 1));
}

function multiplyRows(
  factors: Map<string, TensorFactors>,
  tensor: string,
  by: Float32Array,
  firstRow: number,
  reader: TensorReader,
): void {
  const known = factors.get(tensor);
  const rows = known?.rows ?? new Float32Array(reader.sizeOf(tensor).rows).fill(1);
  by.forEach((factor, i) => {
    rows[firstRow + i] = (rows[firstRow + i] as number) * factor;
  });
  factors.set(tensor, { ...known, rows });
}

function multiplyColumns(factors: Map<string, TensorFactors>, tensor: string, by: Float32Array): void {
  const known = factors.get(tensor);
  const before = known?.columns;
  const columns = before === undefined ? by : before.map((factor, i) => factor * (by[i] as number));
  factors.set(tensor, { ...known, columns });
}
