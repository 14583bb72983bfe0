/** @file What is computed from the exact vectors: scores, and whether everything is as it was written. Scan workers. */
import { crc32 } from 'node:zlib';
import { readFully } from './codeBlocks.ts';
import { largestProduct, pooledVector, product } from './pooling.ts';
import { quantize } from './quantize.ts';
import type { CheckTask, ScoresTask } from './scanTasks.ts';
import { codeLayout, codesPosition, exactPosition, headBytes, headPosition, type VectorShape } from './vectorLayout.ts';

/** Reads exact vectors, one photo's at a time, into the same place. */
export class ExactReader {
  readonly values: Float16Array;
  readonly #bytes: Uint8Array;
  readonly #descriptor: number;
  readonly #shape: VectorShape;

  constructor(descriptor: number, shape: VectorShape) {
    this.#descriptor = descriptor;
    this.#shape = shape;
    this.values = new Float16Array(shape.vectors * shape.size);
    this.#bytes = new Uint8Array(this.values.buffer);
  }

  read(slot: number): Float16Array {
    readFully(this.#descriptor, this.#bytes, exactPosition(this.#shape, slot));
    return this.values;
  }

  /** Of what was read last. */
  checksum(): number {
    return crc32(this.#bytes);
  }
}

export function scoresOf({ exact, shape, slots, queries, pooled }: ScoresTask) {
  const reader = new ExactReader(exact, shape);
  const scores = new Float64Array(slots.length);
  const checksums = new Uint32Array(slots.length);
  for (const [i, slot] of slots.entries()) {
    const values = reader.read(slot);
    checksums[i] = reader.checksum();
    scores[i] = pooled ? product(pooledVector(values, shape), queries) : largestProduct(values, shape, queries);
  }
  return { scores, checksums };
}

export function damagedOf({ exact, scan, pooled, shape, slots, checksums }: CheckTask): Uint32Array<ArrayBuffer> {
  const reader = new ExactReader(exact, shape);
  const isWhole = (slot: number, checksum: number) => {
    const values = reader.read(slot);
    if (reader.checksum() !== checksum || !hasCodes(scan, slot, values, shape)) return false;
    return pooled === undefined || hasCodes(pooled, slot, pooledVector(values, shape), { ...shape, vectors: 1 });
  };
  return slots.filter((slot, i) => !isWhole(slot, checksums[i] as number));
}

/** Whether what a file of codes has for a slot is what these values give. */
function hasCodes(descriptor: number, slot: number, values: Float16Array | Float32Array, shape: VectorShape): boolean {
  const layout = codeLayout(shape);
  const expected = new Int8Array(layout.slotBytes);
  const { scale, error } = quantize(values, shape, layout, expected);
  const stored = new Uint8Array(layout.slotBytes);
  readFully(descriptor, stored, codesPosition(layout, slot));
  const head = new Uint8Array(headBytes);
  readFully(descriptor, head, headPosition(layout, slot));
  const expectedHead = new Uint8Array(Float32Array.of(scale, error).buffer);
  return Buffer.compare(stored, new Uint8Array(expected.buffer)) === 0 && Buffer.compare(head, expectedHead) === 0;
}
