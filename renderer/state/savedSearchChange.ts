/** @file A change of the saved searches without what it changed: what came since stays. Pure; renderer only. */

export interface SavedSearch {
  readonly name: string;
  readonly query: string;
}

function isSame(one: SavedSearch | undefined, other: SavedSearch | undefined): boolean {
  return one?.name === other?.name && one?.query === other?.query;
}

function has(searches: readonly SavedSearch[], search: SavedSearch): boolean {
  return searches.some((one) => isSame(one, search));
}

/** @param now what there is when a person undoes what made `after` of `before` */
export function withoutChange(
  now: readonly SavedSearch[],
  before: readonly SavedSearch[],
  after: readonly SavedSearch[],
): SavedSearch[] {
  if (now.length === after.length && now.every((one, place) => isSame(one, after[place]))) return [...before];
  const kept = now.filter((one) => !has(after, one) || has(before, one));
  const gone = before.filter((one) => !has(after, one) && !kept.some(({ name }) => name === one.name));
  return [...kept, ...gone];
}
