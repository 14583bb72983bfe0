/** @file Bounds of the scores of a range of slots, from the codes. Scan workers. */
import { CodeReader, type KernelShelf } from './codeBlocks.ts';
import { type QuantizedQuery, quantizeQuery, upperBound } from './quantize.ts';
import type { BoundsTask } from './scanTasks.ts';
import { blockSlots, codeLayout } from './vectorLayout.ts';

/** Slots that nobody wants are read along where fewer than so many lie between two that somebody does. */
const shortGap = 4;

export function boundsOf(
  { codes, shape, from, wanted, queries }: BoundsTask,
  shelf: KernelShelf,
): Float32Array<ArrayBuffer> {
  const bounds = new Float32Array(wanted.length).fill(Number.NEGATIVE_INFINITY);
  const reader = new CodeReader(codes, codeLayout(shape), shelf);
  const quantized = Array.from({ length: queries.length / shape.size }, (_, q) =>
    quantizeQuery(queries.subarray(q * shape.size, (q + 1) * shape.size)),
  );
  for (let start = 0; start < wanted.length; start += blockSlots) {
    const end = Math.min(start + blockSlots, wanted.length);
    let isRead = false;
    for (let run = nextRun(wanted, start, end); run !== undefined; run = nextRun(wanted, run.end, end)) {
      if (!isRead) reader.readHeads((from + start) / blockSlots);
      isRead = true;
      for (let first = run.start; first < run.end; first += reader.runSlots) {
        const count = Math.min(reader.runSlots, run.end - first);
        reader.readCodes(from + first, count);
        for (const query of quantized) {
          raiseBounds(bounds.subarray(first, first + count), first - start, reader, query);
        }
      }
    }
  }
  for (const [i, isWanted] of wanted.entries()) if (isWanted === 0) bounds[i] = Number.NEGATIVE_INFINITY;
  return bounds;
}

/** @param firstInBlock of the slots whose codes are in front of the kernel */
function raiseBounds(bounds: Float32Array, firstInBlock: number, reader: CodeReader, query: QuantizedQuery): void {
  const { kernel, layout } = reader;
  const { rows } = layout;
  const { products } = kernel;
  kernel.query.set(query.codes);
  kernel.run(0, bounds.length * rows);
  for (let slot = 0, row = 0; slot < bounds.length; slot++) {
    let largest = products[row] as number;
    for (const end = row + rows; row < end; row++) {
      const product = products[row] as number;
      if (product > largest) largest = product;
    }
    const inBlock = firstInBlock + slot;
    const bound = upperBound(query, reader.scale(inBlock), reader.error(inBlock), largest);
    // the bound must not become smaller when it is stored as a float
    bounds[slot] = Math.max(bounds[slot] as number, bound + Math.abs(bound) * 2 ** -23);
  }
}

/** The next stretch of wanted slots, short gaps included. */
function nextRun(wanted: Uint8Array, from: number, to: number): { start: number; end: number } | undefined {
  let start = from;
  while (start < to && wanted[start] === 0) start++;
  if (start === to) return undefined;
  let end = start + 1;
  for (let slot = end; slot < to && slot - end < shortGap; slot++) if (wanted[slot] !== 0) end = slot + 1;
  return { start, end };
}
