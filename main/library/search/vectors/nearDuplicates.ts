/**
 * @file Groups of photos that are near each other, from all pairs of their pooled vectors, block by block. Main process, CLI.
 *
 * 100,000 photos are five billion pairs: some forty seconds on two cores, in the background, and with searches in between.
 */
import type { VectorSpace } from './exactRanking.ts';
import type { CheckOptions } from './indexCheck.ts';
import { inTurn } from './pieces.ts';
import { edgesSchema, scoresSchema } from './scanTasks.ts';
import { noPhoto } from './slotMap.ts';
import { UnionFind } from './unionFind.ts';
import { blockSlots } from './vectorLayout.ts';

export interface Grouping extends CheckOptions {
  readonly threshold: number;
  /** Of each slot the photo; `noPhoto` where it is not to be looked at. */
  readonly photos: Float64Array;
}

/** Blocks that one is compared with in one piece of work: some milliseconds, then a search may have its turn. */
const blocksTogether = 32;

/** One block with those from `from` on, before `to`. */
interface BlockRow {
  readonly block: number;
  readonly from: number;
  readonly to: number;
}

/** @throws VectorError, the signal's reason */
export async function duplicateGroups(space: VectorSpace, grouping: Grouping): Promise<number[][]> {
  const { photos } = grouping;
  const groups = (await nearSlots(space, grouping)).groups();
  const gone = await goneSlots(space, groups.flat(), grouping);
  return groups
    .map((group) => group.filter((slot) => !gone.has(slot)).map((slot) => photos[slot] ?? noPhoto))
    .filter((group) => group.length > 1)
    .map((group) => group.sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b);
}

async function nearSlots(space: VectorSpace, { threshold, photos, signal, onProgress }: Grouping): Promise<UnionFind> {
  const { files, pool } = space;
  const { shape } = files;
  const descriptors = {
    exact: files.descriptor('exact'),
    codes: files.descriptor(shape.vectors > 1 ? 'pooled' : 'scan'),
  };
  const blocks = Math.ceil(photos.length / blockSlots);
  const wanted = new Uint8Array(blocks * blockSlots);
  for (const [slot, photoId] of photos.entries()) wanted[slot] = photoId === noPhoto ? 0 : 1;
  const wantedOf = (from: number, to: number) => wanted.subarray(from * blockSlots, to * blockSlots);
  const near = new UnionFind(photos.length);
  const total = (blocks * (blocks + 1)) / 2;
  let done = 0;
  await inTurn(blockRows(blocks), 2 * pool.threads, async ({ block, from, to }) => {
    const both = new Uint8Array((1 + to - from) * blockSlots);
    both.set(wantedOf(block, block + 1));
    both.set(wantedOf(from, to), blockSlots);
    const task = { type: 'pairs', ...descriptors, shape, block, from, wanted: both, threshold } as const;
    const edges = await pool.run(task, edgesSchema, { priority: 'background', signal });
    for (let i = 0; i < edges.length; i += 2) near.join(edges[i] as number, edges[i + 1] as number);
    done += to - from;
    onProgress?.({ done, total });
  });
  return near;
}

function* blockRows(blocks: number): Generator<BlockRow> {
  for (let block = 0; block < blocks; block++) {
    for (let from = block; from < blocks; from += blocksTogether) {
      yield { block, from, to: Math.min(blocks, from + blocksTogether) };
    }
  }
}

/** Slots of groups that hold something else than the catalog says, or another photo by now. */
async function goneSlots(
  { files, slots, pool, onLost }: VectorSpace,
  members: readonly number[],
  { photos, signal }: Grouping,
): Promise<Set<number>> {
  const { shape } = files;
  const task = { type: 'scores', exact: files.descriptor('exact'), shape, pooled: true } as const;
  const queries = new Float32Array(shape.size);
  const gone = new Set<number>();
  const lost: number[] = [];
  for (let start = 0; start < members.length; start += blockSlots) {
    const piece = Uint32Array.from(members.slice(start, start + blockSlots));
    const expected = piece.map((slot) => slots.checksumAt(slot));
    const options = { priority: 'background', signal } as const;
    const { checksums } = await pool.run({ ...task, slots: piece, queries }, scoresSchema, options);
    for (const [i, slot] of piece.entries()) {
      const isSame = slots.photoAt(slot) === photos[slot] && slots.checksumAt(slot) === expected[i];
      if (isSame && checksums[i] === expected[i]) continue;
      gone.add(slot);
      if (isSame) lost.push(slots.photoAt(slot));
    }
  }
  if (lost.length > 0) onLost(lost);
  return gone;
}
