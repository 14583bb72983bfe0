/** @file Which photos are selected, as in a file manager: one, several, a stretch, all. Renderer only. */
import type { Selection } from '../../preload/contract/common.ts';
import type { ListQuery } from './route.ts';

/** What selecting needs to know of the list. */
export interface SelectableList {
  readonly ids: Uint32Array;
  readonly shown: ListQuery;
  readonly searchedFor: string;
  indexOf(id: number): number;
}

/** More ids than this are named by their query, which is short. */
const mostNamedIds = 50_000;

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
    this.#put(new Set([id]), id);
  }

  toggle(id: number): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#put(ids, id);
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
      if (member !== undefined) ids.add(member);
    }
    this.#ids = ids;
    this.#focusedId = id;
    this.#allOf = null;
  }

  all(): void {
    const { shown } = this.#list;
    this.#ids = new Set(this.#list.ids);
    this.#base = this.#ids;
    this.#allOf = shown.similarTo === null && !shown.semantic ? this.#list.searchedFor : null;
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

  /** Photos that are no more. */
  drop(gone: ReadonlySet<number>): void {
    if (![...gone].some((id) => this.#ids.has(id))) return;
    this.#ids = this.#ids.difference(gone);
    this.#base = this.#base.difference(gone);
  }

  /** For the procedures that work on many photos. */
  asInput(): Selection {
    if (this.#allOf !== null && this.#ids.size > mostNamedIds) return { query: this.#allOf };
    return { photoIds: [...this.#ids] };
  }

  #put(ids: ReadonlySet<number>, id: number): void {
    this.#ids = ids;
    this.#base = ids;
    this.#anchorId = id;
    this.#focusedId = id;
    this.#allOf = null;
  }
}
