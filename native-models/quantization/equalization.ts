/**
 * @file Moves scales between what gives activations and the matrices that read them, which leaves a model's function as it
 * is: a norm's scale and shift (or the rows of a matrix) divided by s, the columns of the matrices after it multiplied by s.
 * Real checkpoints have channels far larger than their neighbours, which would take those the precision of their shared
 * 8-bit scale. Compiler only.
 * Papers: cross-layer equalization (arXiv:1906.04721), SmoothQuant (arXiv:2211.10438), AWQ (arXiv:2306.00978).
 */
import type { TensorFactors, TensorReader } from '../checkpoint/weightStreams.ts';

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

/** What `equalize` found out; its maps are filled before any weight is streamed. */
export interface Equalization {
  /** Applied by the `TensorReader` that it was made with. */
  readonly factors: Map<string, TensorFactors>;
  /** For matrices that read a norm: the mean square of each input, up to a common factor. */
  readonly importance: Map<string, Float32Array>;
}

export function noEqualization(): Equalization {
  return { factors: new Map(), importance: new Map() };
}

export interface EqualizeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how much of all that is to be looked at was, as float32. */
  readonly onRead?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Finds the scales that leave producer and consumers of every link with ranges of equal size, channel by channel.
 * @param reader applies `equalization.factors`: a link sees what those before it have moved
 */
export async function equalize(
  reader: TensorReader,
  links: readonly ChannelLink[],
  { factors, importance }: Equalization,
  { signal, onRead }: EqualizeOptions = {},
): Promise<void> {
  const bytesOf = ({ producer, consumers }: ChannelLink) => {
    const sizes = [producer.weight, ...consumers].map((tensor) => reader.sizeOf(tensor));
    return sizes.reduce((sum, { rows, columns }) => sum + 4 * rows * columns, 0);
  };
  const totalBytes = links.reduce((sum, link) => sum + bytesOf(link), 0);
  let doneBytes = 0;
  for (const link of links) {
    const { producer, consumers } = link;
    const given = await producedSizes(reader, link, signal);
    const read = await consumedSizes(reader, consumers, given.length, signal);
    const scales = balancedScales(given, read);
    const inverse = scales.map((scale) => 1 / scale);
    for (const tensor of [producer.weight, producer.bias]) {
      if (tensor !== undefined) multiplyRows(factors, tensor, inverse, producer.firstRow ?? 0, reader);
    }
    for (const tensor of consumers) multiplyColumns(factors, tensor, scales);
    doneBytes += bytesOf(link);
    onRead?.(doneBytes, totalBytes);
    if (reader.sizeOf(producer.weight).columns > 1) continue;
    const squares = given.map((size, channel) => (size * (inverse[channel] as number)) ** 2);
    for (const tensor of consumers) importance.set(tensor, squares);
  }
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
