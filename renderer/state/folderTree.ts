/** @file The folders as the tree in the sidebar lists them: those below an open one, in order. Pure; renderer only. */
import type { Folder, Root } from '../../preload/contract/library.ts';

export interface FolderRow {
  readonly folder: Folder;
  readonly depth: number;
  readonly hasChildren: boolean;
  readonly open: boolean;
  readonly offline: boolean;
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** @param toggled roots that were folded, and others that were opened: at first the roots are open and the rest is not */
export function folderRows(
  folders: readonly Folder[],
  roots: readonly Root[],
  toggled: ReadonlySet<number>,
): FolderRow[] {
  const known = new Set(folders.map(({ id }) => id));
  const children = Map.groupBy(folders, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const away = new Set(roots.filter(({ state }) => state === 'offline').map(({ id }) => id));
  const rows: FolderRow[] = [];
  const add = (folder: Folder, depth: number): void => {
    const below = children.get(folder.id) ?? [];
    const open = toggled.has(folder.id) ? depth > 0 : depth === 0;
    rows.push({ folder, depth, hasChildren: below.length > 0, open, offline: away.has(folder.rootId) });
    if (open) for (const child of below.toSorted((a, b) => byName.compare(a.name, b.name))) add(child, depth + 1);
  };
  for (const top of children.get(null) ?? []) add(top, 0);
  return rows;
}
