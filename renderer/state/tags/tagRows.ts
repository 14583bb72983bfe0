/** @file All tags as a tree, row by row, whatever capitals the tags above are spelled with. Pure; renderer only. */
import type { Tag } from '../../../preload/contract/runs.ts';

export interface TagRow {
  readonly path: string;
  /** The last name of the path. */
  readonly name: string;
  readonly depth: number;
  readonly photos: number;
  readonly inVocabulary: boolean;
  readonly hasChildren: boolean;
  readonly open: boolean;
}

/** A tag that nothing has any more is left out, unless it stands above one that something has. */
export function shownTags(tags: readonly Tag[]): readonly Tag[] {
  const alive = tags.filter(({ photos, inVocabulary }) => photos > 0 || inVocabulary);
  const above = new Set(alive.flatMap(({ path }) => tagsAbove(path)));
  return tags.filter((tag) => tag.photos > 0 || tag.inVocabulary || above.has(tag.path.toLowerCase()));
}

/** What stands below each tag, in the language's order; below the empty path what stands at the top. */
export type TagTree = ReadonlyMap<string, readonly Tag[]>;

/** Made once for a list of tags: to put 10,000 in order takes longer than to find letters in them. */
export function tagTree(tags: readonly Tag[], locale: string): TagTree {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const known = new Map(tags.map(({ path }) => [path.toLowerCase(), path]));
  const ordered = tags.toSorted((a, b) => compare(a.path, b.path));
  return Map.groupBy(ordered, ({ path }) => nearestAbove(path, known));
}

/** Those below a folded tag are left out; with letters, all that have them and what stands above those. */
export function tagRows(
  tree: TagTree,
  { folded, letters }: { readonly folded: ReadonlySet<string>; readonly letters: string },
): TagRow[] {
  const wanted = letters.trim().toLocaleLowerCase();
  const shown = wanted === '' ? undefined : pathsWith([...tree.values()].flat(), wanted);
  const rows: TagRow[] = [];
  const add = (tag: Tag, depth: number, above: string): void => {
    if (shown !== undefined && !shown.has(tag.path.toLowerCase())) return;
    const below = tree.get(tag.path) ?? [];
    const open = shown !== undefined || !folded.has(tag.path);
    const name = above === '' ? tag.path : tag.path.split('/').slice(above.split('/').length).join('/');
    const { path, photos, inVocabulary } = tag;
    rows.push({ path, name, depth, photos, inVocabulary, hasChildren: below.length > 0, open });
    if (open) for (const child of below) add(child, depth + 1, path);
  };
  for (const tag of tree.get('') ?? []) add(tag, 0, '');
  return rows;
}

/** The tag that this one stands below, as far as there is one. @param known paths by their small letters */
function nearestAbove(path: string, known: ReadonlyMap<string, string>): string {
  let above = path.toLowerCase();
  do above = above.slice(0, Math.max(0, above.lastIndexOf('/')));
  while (above !== '' && !known.has(above));
  return known.get(above) ?? '';
}

/** In small letters. */
function pathsWith(tags: readonly Tag[], wanted: string): ReadonlySet<string> {
  return new Set(
    tags.flatMap(({ path }) =>
      path.toLocaleLowerCase().includes(wanted) ? [...tagsAbove(path), path.toLowerCase()] : [],
    ),
  );
}

/** The paths above this one, in small letters. */
function tagsAbove(path: string): string[] {
  const names = path.toLowerCase().split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Of chosen tags, those that do not stand below another chosen one: that one brings them along. */
export function outermost(paths: readonly string[]): string[] {
  const keys = new Set(paths.map((path) => path.toLowerCase()));
  return paths.filter((path) => !tagsAbove(path).some((above) => keys.has(above)));
}
