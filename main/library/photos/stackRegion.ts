/**
 * @file The stacks of those photos of a folder that a change can reach: the stacks of all of it, as far as they can be others
 * than before. Pure. Reader threads.
 *
 * What can reach what: a photo's name those with the same name, its originals and its copies; its time those that follow one
 * another within the gap of a burst; of photos whose time is not known, neighbours by name as far as they look alike.
 */
import {
  areFarApart,
  byName,
  isTimeless,
  maxGapMs,
  originalNames,
  otherCopyNames,
  type StackablePhoto,
  stackUnits,
  stemOf,
  type Unit,
  unitsOf,
} from './stackPhotos.ts';

/** Where a photo was before it changed, or is now. */
export interface StackPlace {
  readonly name: string;
  /** Null where the second is not known. */
  readonly takenAtMs: number | null;
}

/** What is asked of a folder. Each answer has `limit` photos at most; one that has as many may lack some. */
export interface FolderPhotos {
  readonly limit: number;
  /** Whose names begin so, whatever the case. */
  beginning(start: string): readonly StackablePhoto[];
  /** Both ends included. */
  takenBetween(fromMs: number, toMs: number): readonly StackablePhoto[];
  /** With a hash and without a time: those next to the name, itself among the later ones. By name, from it outwards. */
  timeless(name: string, side: 'before' | 'after', count: number): readonly StackablePhoto[];
}

export interface StackRegion {
  readonly stacks: readonly (readonly StackablePhoto[])[];
  /** All that were looked at: those in no stack are alone. */
  readonly photoIds: ReadonlySet<number>;
}

/** Undefined where the change reaches so far that the whole folder is looked at as quickly. */
export function stacksAround(places: readonly StackPlace[], folder: FolderPhotos): StackRegion | undefined {
  try {
    return new Region(folder).around(places);
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class TooLarge extends Error {}

interface Span {
  readonly from: StackablePhoto | undefined;
  readonly to: StackablePhoto | undefined;
}

/** On one side of a name. */
interface Reach {
  readonly nearest: StackablePhoto | undefined;
  readonly last: StackablePhoto | undefined;
}

const firstWindow = 8;

class Region {
  readonly #folder: FolderPhotos;
  /** With each, those of its name and its originals. */
  readonly #photos = new Map<number, StackablePhoto>();
  readonly #originalsOf = new Set<string>();
  readonly #copiesOf = new Set<string>();

  constructor(folder: FolderPhotos) {
    this.#folder = folder;
  }

  around(places: readonly StackPlace[]): StackRegion {
    const stems = new Set(places.map(({ name }) => stemOf(name)));
    for (const stem of stems) {
      this.#takeOriginals(stem);
      this.#takeCopies(stem);
    }
    const seeds = new Set(this.#photos.keys());
    const all = [...places, ...this.#photos.values()];
    const times = this.#timesAround(all.flatMap(({ takenAtMs }) => takenAtMs ?? []));
    const names = new Set(all.flatMap(({ name, takenAtMs }) => (takenAtMs === null ? [name] : [])));
    const spans = merged(this.#spansAround([...names], seeds));
    const isMeant = (unit: Unit) =>
      isTimeless(unit)
        ? spans.some((span) => isIn(span, unit.first))
        : isInOne(times, unit.first.takenAtMs) || unit.photos.some(({ id }) => seeds.has(id));
    for (const unit of unitsOf([...this.#photos.values()]).filter(isMeant)) {
      for (const photo of unit.photos) this.#takeCopies(stemOf(photo.name));
    }
    const units = unitsOf([...this.#photos.values()]).filter(isMeant);
    // Apart from each other: between two spans lie others, which part them.
    const parts = [
      units.filter((unit) => !isTimeless(unit)),
      ...spans.map((span) => units.filter((unit) => isTimeless(unit) && isIn(span, unit.first))),
    ];
    const photoIds = new Set(units.flatMap((unit) => unit.photos.map(({ id }) => id)));
    return { stacks: parts.flatMap(stackUnits), photoIds };
  }

  #take(photos: readonly StackablePhoto[]): void {
    for (const photo of photos) {
      if (this.#photos.has(photo.id)) continue;
      if (this.#photos.size >= this.#folder.limit) throw new TooLarge();
      this.#photos.set(photo.id, photo);
      this.#takeOriginals(stemOf(photo.name));
    }
  }

  /** With those of the same name. */
  #takeOriginals(stem: string): void {
    if (this.#originalsOf.has(stem)) return;
    this.#originalsOf.add(stem);
    this.#take(this.#whole(this.#folder.beginning(`${stem}.`)).filter(({ name }) => stemOf(name) === stem));
    for (const original of originalNames(stem)) this.#takeOriginals(original);
  }

  #takeCopies(stem: string): void {
    if (this.#copiesOf.has(stem)) return;
    this.#copiesOf.add(stem);
    const copies = this.#whole(this.#folder.beginning(stem)).filter(({ name }) =>
      originalNames(stemOf(name)).includes(stem),
    );
    this.#take(copies);
    for (const { name } of copies) this.#takeCopies(stemOf(name));
    for (const other of otherCopyNames(stem)) {
      this.#takeOriginals(other);
      this.#takeCopies(other);
    }
  }

  /** From the first to the last photo that follow one another without a gap, whichever camera took them. */
  #timesAround(timesMs: readonly number[]): (readonly [fromMs: number, toMs: number])[] {
    const spans: (readonly [number, number])[] = [];
    for (const timeMs of timesMs.toSorted((a, b) => a - b)) {
      if (isInOne(spans, timeMs)) continue;
      let [fromMs, toMs] = [timeMs, timeMs];
      for (;;) {
        const found = this.#whole(this.#folder.takenBetween(fromMs - maxGapMs, toMs + maxGapMs));
        this.#take(found);
        const taken = found.map(({ takenAtMs }) => takenAtMs ?? timeMs);
        const [first, last] = [Math.min(fromMs, ...taken), Math.max(toMs, ...taken)];
        if (first === fromMs && last === toMs) break;
        [fromMs, toMs] = [first, last];
      }
      spans.push([fromMs, toMs]);
    }
    return spans;
  }

  /**
   * On both sides of each name, up to where what follows can be in no stack with it; nor could it be before, as both are what
   * they were.
   * @param seeds may be other than before
   */
  #spansAround(names: readonly string[], seeds: ReadonlySet<number>): Span[] {
    const before = new Map<string, Reach>();
    const after = new Map<string, Reach>();
    let open = names.flatMap((name) => [
      { name, side: 'before' as const, reaches: before },
      { name, side: 'after' as const, reaches: after },
    ]);
    for (let count = firstWindow; open.length > 0; count *= 4) {
      const windows = open.map((walk) => ({ walk, photos: this.#folder.timeless(walk.name, walk.side, count) }));
      for (const { photos } of windows) this.#take(photos);
      const firsts = new Map(unitsOf([...this.#photos.values()]).map((unit) => [unit.first.id, unit]));
      open = windows.flatMap(({ walk, photos }) => {
        const units = photos.flatMap(({ id }) => firsts.get(id) ?? []).filter(isTimeless);
        const isEnd = (one: Unit, next: Unit) =>
          areFarApart(one, next) && !seeds.has(one.first.id) && !seeds.has(next.first.id);
        const end = units.findIndex((unit, index) => index > 0 && isEnd(units[index - 1] ?? unit, unit));
        if (end === -1 && photos.length === count) return [walk];
        walk.reaches.set(walk.name, { nearest: units[0]?.first, last: units.at(end === -1 ? -1 : end - 1)?.first });
        return [];
      });
    }
    return names.map((name) => {
      const [back, ahead] = [before.get(name), after.get(name)];
      return { from: back?.last ?? ahead?.nearest, to: ahead?.last ?? back?.nearest };
    });
  }

  #whole(photos: readonly StackablePhoto[]): readonly StackablePhoto[] {
    if (photos.length >= this.#folder.limit) throw new TooLarge();
    return photos;
  }
}

function isInOne(spans: readonly (readonly [fromMs: number, toMs: number])[], timeMs: number | null): boolean {
  return timeMs !== null && spans.some(([fromMs, toMs]) => fromMs <= timeMs && timeMs <= toMs);
}

function isIn({ from, to }: Span, photo: StackablePhoto): boolean {
  return from !== undefined && to !== undefined && byName(from, photo) <= 0 && byName(photo, to) <= 0;
}

/** Those that share photos are one. */
function merged(spans: readonly Span[]): Span[] {
  const sorted = spans
    .flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]))
    .toSorted((a, b) => byName(a.from, b.from));
  const all: { readonly from: StackablePhoto; to: StackablePhoto }[] = [];
  for (const span of sorted) {
    const last = all.at(-1);
    if (last === undefined || byName(last.to, span.from) < 0) all.push({ ...span });
    else if (byName(last.to, span.to) < 0) last.to = span.to;
  }
  return all;
}
