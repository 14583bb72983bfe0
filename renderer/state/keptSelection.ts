/** @file What of a selection is left when the list shows other photos: only what it shows. Pure; renderer only. */

/** More ids than this are named by their query, which is short. */
export const maxNamedIds = 50_000;

export interface Selected {
  readonly ids: ReadonlySet<number>;
  /** What was selected before the stretch that is being drawn. */
  readonly base: ReadonlySet<number>;
  /** The query of which everything was selected. */
  readonly allOf: string | null;
  /** Where a stretch begins. */
  readonly anchorId: number | null;
  /** Where the keyboard is. */
  readonly focusedId: number | null;
}

export interface Listed {
  readonly ids: Uint32Array;
  /** The query that finds just these, where one does. */
  readonly query: string | null;
  has(id: number): boolean;
}

/**
 * Nothing may be done to photos that a person does not see: what is not listed is not selected any more.
 * @returns what is selected then, and how many were left out
 */
export function keptSelection(selected: Selected, listed: Listed): Selected & { readonly leftOut: number } {
  const listedOf = (ids: ReadonlySet<number>) => new Set([...ids].filter((id) => listed.has(id)));
  const ifListed = (id: number | null) => (id !== null && listed.has(id) ? id : null);
  const places = { anchorId: ifListed(selected.anchorId), focusedId: ifListed(selected.focusedId) };
  const kept = listedOf(selected.ids);
  const leftOut = selected.ids.size - kept.size;
  const isNamedByQuery = selected.allOf !== null && selected.ids.size > maxNamedIds && selected.allOf === listed.query;
  if (isNamedByQuery) {
    // What a query names grows with what it finds, so it is shown as it is.
    const all = new Set(listed.ids);
    return { ...places, ids: all, base: all, allOf: selected.allOf, leftOut };
  }
  return { ...places, ids: leftOut === 0 ? selected.ids : kept, base: listedOf(selected.base), allOf: null, leftOut };
}
