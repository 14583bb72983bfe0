/** @file The list of photos as the grid shows it: stacks folded, and some of them unfolded in place. Pure; renderer only. */
import type { PhotoList } from '../../preload/contract/photos.ts';
import { decodeAspects, decodeIds, decodeSections, type ListSections } from './photoIds.ts';

/** As it arrives. */
export interface FoldedList {
  readonly ids: Uint32Array;
  readonly aspects: Float32Array;
  readonly sections: ListSections | null;
  readonly stacks: FoldedStacks | null;
}

export interface FoldedStacks {
  /** Pairs of an index in the list and of how many photos stand behind that one. */
  readonly heads: Uint32Array;
  /** Those that stand behind, stack by stack. */
  readonly ids: Uint32Array;
  readonly aspects: Float32Array;
}

/** Where in its stack a photo of the list is. */
export interface StackPlace {
  /** Of the stack, the first one standing for it; those that the list was asked for only. */
  readonly photoIds: readonly number[];
  readonly isFolded: boolean;
}

export interface ShownList {
  readonly ids: Uint32Array;
  readonly aspects: Float32Array;
  readonly sections: ListSections | null;
  /** By every photo that is in a stack, those that are folded away among them. */
  readonly stacks: ReadonlyMap<number, StackPlace>;
  /** How many stacks there are, and how many photos of them are folded away. */
  readonly stackCount: number;
  readonly hiddenCount: number;
}

/** @param sections decoded already, where they are the same as before */
export function decodeFolded(
  list: PhotoList,
  sections: ListSections | null = decodeSections(list.sections),
): FoldedList {
  const { stacks } = list;
  return {
    ids: decodeIds(list.ids),
    aspects: decodeAspects(list.aspects),
    sections,
    stacks: stacks && {
      heads: decodeIds(stacks.heads),
      ids: decodeIds(stacks.ids),
      aspects: decodeAspects(stacks.aspects),
    },
  };
}

interface Stack {
  /** Of the photo that stands for it. */
  readonly index: number;
  readonly behind: Uint32Array;
  readonly aspects: Float32Array;
  readonly place: StackPlace;
}

/** @param unfolded ids of photos: stacks that have one of them are unfolded */
export function shownList(list: FoldedList, unfolded: ReadonlySet<number>): ShownList {
  const stacks = stacksOf(list, unfolded);
  const places = new Map<number, StackPlace>();
  let hiddenCount = 0;
  for (const { place } of stacks) {
    for (const id of place.photoIds) places.set(id, place);
    if (place.isFolded) hiddenCount += place.photoIds.length - 1;
  }
  const open = stacks.filter(({ place }) => !place.isFolded);
  return { ...unfoldedIn(list, open), stacks: places, stackCount: stacks.length, hiddenCount };
}

function stacksOf({ ids, stacks }: FoldedList, unfolded: ReadonlySet<number>): Stack[] {
  if (stacks === null) return [];
  const { heads } = stacks;
  const all: Stack[] = [];
  let start = 0;
  for (let at = 0; at + 1 < heads.length; at += 2) {
    const [index, count] = [heads[at] ?? 0, heads[at + 1] ?? 0];
    const behind = stacks.ids.subarray(start, start + count);
    const photoIds = [ids[index] ?? 0, ...behind];
    const isFolded = unfolded.size === 0 || !photoIds.some((id) => unfolded.has(id));
    all.push({ index, behind, aspects: stacks.aspects.subarray(start, start + count), place: { photoIds, isFolded } });
    start += count;
  }
  return all;
}

/** The photos of these stacks, by index, right behind the ones that stood for them. */
function unfoldedIn(
  { ids, aspects, sections }: FoldedList,
  stacks: readonly Stack[],
): Pick<ShownList, 'ids' | 'aspects' | 'sections'> {
  if (stacks.length === 0) return { ids, aspects, sections };
  const more = stacks.reduce((sum, { behind }) => sum + behind.length, 0);
  const shown = { ids: new Uint32Array(ids.length + more), aspects: new Float32Array(ids.length + more) };
  const starts = sections?.starts.slice();
  let from = 0;
  let to = 0;
  const copyUntil = (end: number) => {
    shown.ids.set(ids.subarray(from, end), to);
    shown.aspects.set(aspects.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const { index, behind, aspects: behindAspects } of stacks) {
    copyUntil(index + 1);
    shown.ids.set(behind, to);
    shown.aspects.set(behindAspects, to);
    to += behind.length;
  }
  copyUntil(ids.length);
  if (sections === null || starts === undefined) return { ...shown, sections };
  let before = 0;
  let next = 0;
  for (const [section, start] of sections.starts.entries()) {
    for (; next < stacks.length && (stacks[next]?.index ?? 0) < start; next += 1)
      before += stacks[next]?.behind.length ?? 0;
    starts[section] = start + before;
  }
  return { ...shown, sections: { codes: sections.codes, starts } };
}
