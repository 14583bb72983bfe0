/** @file Folds the stacks of a list of photos: of those of a stack that are in it, one stands for all. Reader threads. */
import type { CatalogConnection } from '../connection.ts';

export interface FoldedStacks {
  /** In the order that they had. */
  readonly listed: readonly number[];
  /** An index in `listed`, and how many photos stand behind that one; by index. */
  readonly heads: readonly (readonly [index: number, behind: number])[];
  /** Stack by stack as `heads` has them, in the order of the stack. */
  readonly behind: readonly number[];
}

/**
 * The photo that stands for its stack is the top one, or the next that was found. It keeps its own place in the order, so
 * that what was sorted stays so.
 */
export function foldStacks(connection: CatalogConnection, photoIds: readonly number[]): FoldedStacks {
  const places = placesOf(connection, photoIds);
  const found = new Map<number, { id: number; rank: number }[]>();
  for (const id of photoIds) {
    const place = places.get(id);
    if (place === undefined) continue;
    const ofStack = found.get(place.stackId);
    if (ofStack === undefined) found.set(place.stackId, [{ id, rank: place.rank }]);
    else ofStack.push({ id, rank: place.rank });
  }
  const folded = new Map<number, readonly number[]>();
  const hidden = new Set<number>();
  for (const ofStack of found.values()) {
    const [head, ...others] = ofStack.toSorted((a, b) => a.rank - b.rank).map(({ id }) => id);
    if (head === undefined || others.length === 0) continue;
    folded.set(head, others);
    for (const id of others) hidden.add(id);
  }
  const listed = hidden.size === 0 ? photoIds : photoIds.filter((id) => !hidden.has(id));
  const heads: [number, number][] = [];
  const behind: number[] = [];
  for (const [index, id] of listed.entries()) {
    const others = folded.get(id);
    if (others === undefined) continue;
    heads.push([index, others.length]);
    for (const other of others) behind.push(other);
  }
  return { listed, heads, behind };
}

/** As work that is done once for each stack takes them: stack by stack, the photo that stands for it first. */
export interface StackOrder {
  readonly photoIds: readonly number[];
  /** Of each of the others, the photo that stands for it. */
  readonly tops: ReadonlyMap<number, number>;
}

export function byStacks(connection: CatalogConnection, photoIds: readonly number[]): StackOrder {
  const { listed, heads, behind } = foldStacks(connection, photoIds);
  const behindOf = new Map(heads);
  const tops = new Map<number, number>();
  let taken = 0;
  const ordered = listed.flatMap((top, index) => {
    const others = behind.slice(taken, taken + (behindOf.get(index) ?? 0));
    taken += others.length;
    for (const id of others) tops.set(id, top);
    return [top, ...others];
  });
  return { photoIds: ordered, tops };
}

interface Place {
  readonly stackId: number;
  readonly rank: number;
}

/** From here on, one pass over all stacks is quicker than a look-up for each photo. */
const manyPhotos = 2000;

function placesOf(connection: CatalogConnection, photoIds: readonly number[]): Map<number, Place> {
  if (photoIds.length > manyPhotos) {
    const rows = connection
      .prepare<[], [number, number, number]>('SELECT photo_id, stack_id, rank FROM photo_stack')
      .raw()
      .all();
    return new Map(rows.map(([photoId, stackId, rank]) => [photoId, { stackId, rank }]));
  }
  const one = connection.prepare<[number], Place>(
    'SELECT stack_id AS stackId, rank FROM photo_stack WHERE photo_id = ?',
  );
  const places = new Map<number, Place>();
  for (const id of photoIds) {
    const place = one.get(id);
    if (place !== undefined) places.set(id, place);
  }
  return places;
}
