/** @file Which photos of the list are selected, as in a file manager: one, several, a stretch, all. Never one that the list does not show. Renderer only. */
import type { Selection } from '../../preload/contract/common.ts';
import { keptSelection, maxNamedIds } from './keptSelection.ts';
import type { ListQuery } from './route.ts';

/** What selecting needs to know of the list. */
export interface SelectableList {
  readonly ids: Uint32Array;
  readonly shown: ListQuery;
  readonly searchedFor: string;
  indexOf(id: number): number;
  /** Those that a photo of the list stands for: all of a folded stack; none where it is folded away itself. */
  photosAt(id: number): readonly number[];
  stackOf(id: number): { readonly photoIds: readonly number[]; readonly isFolded: boolean } | undefined;
}

export class SelectionState {
  readonly #list: SelectableList;
  #ids = $state.raw<ReadonlySet<number>>(new Set());
  /** Where a stretch begins. */
  #anchorId = $state<number | null>(null);
  /** Where the keyboard is. */
  #focusedId = $state<number | null>(null);
  /** What was selected before the stretch that is being drawn. */
  #base: ReadonlySet<number> = new Set();
  /** The query of which everything was selected. */
  #allOf: string | null = null;

  readonly count: number = $derived(this.#ids.size);
  /** In the order in which they were selected. */
  readonly photoIds: readonly number[] = $derived([...this.#ids]);
  /** How many folded stacks are selected, each whole, and how many photos they have. */
  readonly stacks: { readonly count: number; readonly photos: number } = $derived.by(() => {
    let [count, photos] = [0, 0];
    for (const id of this.#ids) {
      const { length } = this.#list.photosAt(id);
      if (length < 2) continue;
      count += 1;
      photos += length;
    }
    return { count, photos };
  });

  constructor(list: SelectableList) {
    this.#list = list;
  }

  get ids(): ReadonlySet<number> {
    return this.#ids;
  }

  get focusedId(): number | null {
    return this.#focusedId;
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /** This one and no other. */
  only(id: number): void {
    this.#put(this.#photosAt([id]), id);
  }

  toggle(id: number): void {
    const ids = new Set(this.#ids);
    const isSelected = ids.has(id);
    for (const photo of this.#list.photosAt(id)) {
      if (isSelected) ids.delete(photo);
      else ids.add(photo);
    }
    this.#put(ids, id);
  }

  /** All of them, or none where all are selected already. What else is selected stays. */
  toggleAll(toggled: Iterable<number>): void {
    const [first] = toggled;
    const list = [...this.#photosAt(toggled)];
    if (first === undefined) return;
    const ids = new Set(this.#ids);
    if (list.every((id) => ids.has(id))) for (const id of list) ids.delete(id);
    else for (const id of list) ids.add(id);
    this.#put(ids, first);
  }

  /** From where the last selection began up to this one; what was selected before stays where `adding`. */
  extendTo(id: number, adding = false): void {
    const from = this.#list.indexOf(this.#anchorId ?? id);
    const to = this.#list.indexOf(id);
    if (from < 0 || to < 0) {
      this.only(id);
      return;
    }
    const ids = new Set(adding ? this.#base : []);
    for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
      const member = this.#list.ids[index];
      if (member !== undefined) for (const photo of this.#list.photosAt(member)) ids.add(photo);
    }
    this.#ids = ids;
    this.#focusedId = id;
    this.#allOf = null;
  }

  all(): void {
    this.#ids = this.#photosAt(this.#list.ids);
    this.#base = this.#ids;
    this.#allOf = this.#listQuery;
  }

  clear(): void {
    this.#ids = new Set();
    this.#base = this.#ids;
    this.#anchorId = this.#focusedId;
    this.#allOf = null;
  }

  /** Moves the keyboard without selecting. */
  focus(id: number | null): void {
    this.#focusedId = id;
  }

  /** These and no others. @param id where the keyboard is then, and where a stretch begins; null: where it was */
  put(ids: ReadonlySet<number>, id: number | null): void {
    this.#put(this.#photosAt(ids), id ?? this.#focusedId);
  }

  /** The list shows other photos now. @returns how many of the selected ones it does not show */
  keepToList(): number {
    const list = this.#list;
    const kept = keptSelection(
      {
        ids: this.#ids,
        base: this.#base,
        allOf: this.#allOf,
        anchorId: this.#anchorId,
        focusedId: this.#focusedId,
      },
      { ids: list.ids, query: this.#listQuery, has: (id) => this.#isShown(id) },
    );
    this.#ids = this.#whole(kept.ids);
    this.#base = this.#whole(kept.base);
    this.#allOf = kept.allOf;
    this.#anchorId = kept.anchorId;
    this.#focusedId = kept.focusedId;
    return kept.leftOut;
  }

  /** For the procedures that work on many photos. */
  asInput(): Selection {
    if (this.#allOf !== null && this.#ids.size > maxNamedIds) return { query: this.#allOf };
    return { photoIds: [...this.#ids] };
  }

  /** All that is listed, selected or not, for the same procedures. */
  everything(): Selection {
    const [query, { ids }] = [this.#listQuery, this.#list];
    return query !== null && ids.length > maxNamedIds ? { query } : { photoIds: [...this.#photosAt(ids)] };
  }

  /** The query that finds what is listed; null where no query alone does. */
  get #listQuery(): string | null {
    const { shown, searchedFor } = this.#list;
    return !shown.semantic && !shown.beyondCut ? searchedFor : null;
  }

  #photosAt(listed: Iterable<number>): Set<number> {
    const ids = new Set<number>();
    for (const id of listed) for (const photo of this.#list.photosAt(id)) ids.add(photo);
    return ids;
  }

  /** In the list, or in a folded stack that is selected by the photo that stands for it. */
  #isShown(id: number): boolean {
    if (this.#list.indexOf(id) >= 0) return true;
    const stack = this.#list.stackOf(id);
    return stack?.isFolded === true && this.#ids.has(stack.photoIds[0] ?? id);
  }

  /** A folded stack is selected whole. */
  #whole(ids: ReadonlySet<number>): ReadonlySet<number> {
    const whole = this.#photosAt(ids);
    return whole.size === ids.size ? ids : whole;
  }

  #put(ids: ReadonlySet<number>, id: number | null): void {
    this.#ids = ids;
    this.#base = ids;
    this.#anchorId = id;
    this.#focusedId = id;
    this.#allOf = null;
  }
}
