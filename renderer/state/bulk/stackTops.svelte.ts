/** @file Whether work on the selected photos is done with the top photo of each stack only. Renderer only. */
import type { Selection } from '../../../preload/contract/common.ts';
import type { SelectionState } from '../selection.svelte.ts';

export class StackTops {
  readonly #selection: SelectionState;
  /** A person's choice. */
  chosen = $state(false);

  constructor(selection: SelectionState) {
    this.#selection = selection;
  }

  /** Of the selected photos; undefined where none is a folded stack. */
  get offered(): { readonly tops: number; readonly all: number } | undefined {
    const { count, stacks } = this.#selection;
    return stacks.count === 0 ? undefined : { tops: count - stacks.photos + stacks.count, all: count };
  }

  get #areMeant(): boolean {
    return this.chosen && this.offered !== undefined;
  }

  /** Photos that the work is for. */
  get count(): number {
    return this.#areMeant ? (this.offered?.tops ?? 0) : this.#selection.count;
  }

  asInput(): Selection {
    return this.#areMeant ? { photoIds: this.#selection.topIds } : this.#selection.asInput();
  }
}
