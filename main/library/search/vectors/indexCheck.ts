/** @file Reads all vectors of an index, and tells which are not what was written. Main process, CLI. */
import type { VectorSpace } from './exactRanking.ts';
import { inTurn } from './pieces.ts';
import { damagedSchema } from './scanTasks.ts';
import { noPhoto } from './slotMap.ts';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const checkedTogether = 64;

/** The photos whose vectors are damaged; they are lost to the index. @throws VectorError, the signal's reason */
export async function damagedPhotos(space: VectorSpace, { signal, onProgress }: CheckOptions): Promise<number[]> {
  const { files, slots, pool, onLost } = space;
  const { shape } = files;
  const descriptors = {
    exact: files.descriptor('exact'),
    scan: files.descriptor('scan'),
    pooled: shape.vectors > 1 ? files.descriptor('pooled') : undefined,
  };
  const photos = slots.snapshot();
  const total = slots.size;
  const lost: number[] = [];
  let done = 0;
  await inTurn(usedSlots(photos), 2 * pool.threads, async (piece) => {
    const checksums = piece.map((slot) => slots.checksumAt(slot));
    const task = { type: 'check', ...descriptors, shape, slots: piece, checksums } as const;
    const damaged = new Set(await pool.run(task, damagedSchema, { priority: 'background', signal }));
    for (const [i, slot] of piece.entries()) {
      const isSame = slots.photoAt(slot) === photos[slot] && slots.checksumAt(slot) === checksums[i];
      if (isSame && damaged.has(slot)) lost.push(slots.photoAt(slot));
    }
    done += piece.length;
    onProgress?.({ done, total });
  });
  if (lost.length > 0) onLost(lost);
  return lost.sort((a, b) => a - b);
}

function* usedSlots(photos: Float64Array): Generator<Uint32Array> {
  const used = Uint32Array.from(photos.keys()).filter((slot) => photos[slot] !== noPhoto);
  for (let start = 0; start < used.length; start += checkedTogether) yield used.slice(start, start + checkedTogether);
}
