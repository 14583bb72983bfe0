/**
 * @file Which photos are duplicates of others. By pooled vectors, block by block: nearly all pairs are decided by their
 * codes, the few in doubt by the exact vectors. By perceptual hashes, of those that agree in one band of bits. Scan
 * workers.
 */
import { bitCount } from '../../photos/perceptualHash.ts';
import { CodeReader, type KernelShelf } from './codeBlocks.ts';
import { ExactReader } from './exactTasks.ts';
import { pooledVector, product } from './pooling.ts';
import { maxVector } from './quantize.ts';
import type { HashesTask, PairsTask } from './scanTasks.ts';
import { UnionFind } from './unionFind.ts';
import { blockSlots, codeLayout } from './vectorLayout.ts';

/** Edges between slots, two numbers each. */
export function nearPairs(task: PairsTask, shelf: KernelShelf): Uint32Array<ArrayBuffer> {
  return new PairSearch(task, shelf).run();
}

class PairSearch {
  readonly #task: PairsTask;
  readonly #reader: CodeReader;
  readonly #first: { readonly codes: Int8Array; readonly scales: Float64Array; readonly errors: Float64Array };
  readonly #exact: ExactReader;
  /** Pooled vectors that a pair in doubt needed. */
  readonly #pooled = new Map<number, Float32Array>();
  /** Of the block's slots, then of the others. */
  readonly #connected: UnionFind;
  readonly #edges: number[] = [];

  constructor(task: PairsTask, shelf: KernelShelf) {
    this.#task = task;
    this.#reader = new CodeReader(task.codes, codeLayout({ ...task.shape, vectors: 1 }), shelf);
    this.#exact = new ExactReader(task.exact, task.shape);
    this.#connected = new UnionFind(task.wanted.length);
    if (task.from === task.block) {
      // its slots are on both sides
      for (let slot = 0; slot < blockSlots; slot++) this.#connected.join(slot, blockSlots + slot);
    }
    const slots = Array.from({ length: blockSlots }, (_, slot) => slot);
    this.#readBlock(task.block);
    this.#first = {
      codes: Int8Array.from(new Int8Array(this.#reader.kernel.bytes.buffer, this.#reader.kernel.bytes.byteOffset)),
      scales: Float64Array.from(slots, (slot) => this.#reader.scale(slot)),
      errors: Float64Array.from(slots, (slot) => this.#reader.error(slot)),
    };
  }

  run(): Uint32Array<ArrayBuffer> {
    const { wanted, from } = this.#task;
    const blocks = wanted.length / blockSlots - 1;
    for (let other = 0; other < blocks; other++) {
      this.#readBlock(from + other);
      for (let a = 0; a < blockSlots; a++) if (wanted[a] === 1) this.#compare(a, other);
    }
    return Uint32Array.from(this.#edges);
  }

  #readBlock(block: number): void {
    this.#reader.readHeads(block);
    this.#reader.readCodes(block * blockSlots, blockSlots);
  }

  /** One slot of the block with all of another, or with those behind it in its own. */
  #compare(a: number, other: number): void {
    const { block, from, wanted, threshold } = this.#task;
    const { kernel, layout } = this.#reader;
    kernel.query.set(this.#first.codes.subarray(a * layout.rowBytes, (a + 1) * layout.rowBytes));
    kernel.run(0, blockSlots);
    const { products } = kernel;
    const scale = this.#first.scales[a] as number;
    const error = this.#first.errors[a] as number;
    for (let b = from + other === block ? a + 1 : 0; b < blockSlots; b++) {
      const score = scale * this.#reader.scale(b) * (products[b] as number);
      // as in quantize.ts, both sides having lost something
      const doubt = (maxVector + error) * this.#reader.error(b) + maxVector * error + 1e-6;
      if (score + doubt < threshold) continue;
      const there = (other + 1) * blockSlots + b;
      if (wanted[there] === 0 || this.#connected.find(a) === this.#connected.find(there)) continue;
      const slots = [block * blockSlots + a, (from + other) * blockSlots + b] as const;
      if (score - doubt < threshold && product(this.#vector(slots[0]), this.#vector(slots[1])) < threshold) continue;
      this.#connected.join(a, there);
      this.#edges.push(...slots);
    }
  }

  #vector(slot: number): Float32Array {
    const known = this.#pooled.get(slot);
    if (known !== undefined) return known;
    const vector = pooledVector(this.#exact.read(slot), this.#task.shape);
    this.#pooled.set(slot, vector);
    return vector;
  }
}

/** Which perceptual hashes differ in few bits: edges between places in the list of hashes, two numbers each. */
export function nearHashes({ high, low, bandStart, bandEnd, maxDistance }: HashesTask): Uint32Array<ArrayBuffer> {
  const connected = new UnionFind(high.length);
  const edges: number[] = [];
  for (const bucket of buckets(high, low, bandStart, bandEnd)) {
    for (const [i, a] of bucket.entries()) {
      const [highA, lowA] = [high[a] as number, low[a] as number];
      for (let j = i + 1; j < bucket.length; j++) {
        const b = bucket[j] as number;
        if (bitCount(highA ^ (high[b] as number)) + bitCount(lowA ^ (low[b] as number)) > maxDistance) continue;
        if (connected.join(a, b)) edges.push(a, b);
      }
    }
  }
  return Uint32Array.from(edges);
}

/** The places of hashes that agree in the band, of two hashes and more. */
function buckets(high: Uint32Array, low: Uint32Array, start: number, end: number): Uint32Array[] {
  const places = new Map<number, number[]>();
  for (let place = 0; place < high.length; place++) {
    const bits = (BigInt(high[place] as number) << 32n) | BigInt(low[place] as number);
    const key = Number((bits >> BigInt(start)) & ((1n << BigInt(end - start)) - 1n));
    const bucket = places.get(key);
    if (bucket === undefined) places.set(key, [place]);
    else bucket.push(place);
  }
  return [...places.values()].filter((bucket) => bucket.length > 1).map((bucket) => Uint32Array.from(bucket));
}
