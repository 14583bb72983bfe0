/** @file All tags as a tree, row by row. Pure; renderer only. */
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

/** What stands below each tag, in the language's order; below the empty path what stands at the top. */
export type TagTree = ReadonlyMap<string, readonly Tag[]>;

/** Made once for a list of tags: to put 10,000 in order takes longer than to find letters in them. */
export function tagTree(tags: readonly Tag[], locale: string): TagTree {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
  const known = new Set(tags.map(({ path }) => path));
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
    if (shown !== undefined && !shown.has(tag.path)) return;
    const below = tree.get(tag.path) ?? [];
    const open = shown !== undefined || !folded.has(tag.path);
    const name = above === '' ? tag.path : tag.path.slice(above.length + 1);
    const { path, photos, inVocabulary } = tag;
    rows.push({ path, name, depth, photos, inVocabulary, hasChildren: below.length > 0, open });
    if (open) for (const child of below) add(child, depth + 1, path);
  };
  for (const tag of tree.get('') ?? []) add(tag, 0, '');
  return rows;
}

/** The tag that this one stands below, as far as there is one. */
function nearestAbove(path: string, known: ReadonlySet<string>): string {
  let above = path;
  do above = above.slice(0, Math.max(0, above.lastIndexOf('/')));
  while (above !== '' && !known.has(above));
  return above;
}

function pathsWith(tags: readonly Tag[], wanted: string): ReadonlySet<string> {
  const shown = new Set<string>();
  for (const { path } of tags) {
    if (!path.toLocaleLowerCase().includes(wanted)) continue;
    const names = path.split('/');
    for (let length = 1; length <= names.length; length += 1) shown.add(names.slice(0, length).join('/'));
  }
  return shown;
}

/** Of chosen tags, those that do not stand below another chosen one: that one brings them along. */
export function outermost(paths: readonly string[]): string[] {
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}
