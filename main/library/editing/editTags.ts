/** @file Tag operations over many photos: first shown, then done. Main process and CLI. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { TagOperation } from '../../../schemas/tagOperation.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import { namedReads } from '../catalog/reader/reads.ts';
import { type BulkEditOptions, bulkEdit } from '../catalog/runs/bulkEdit.ts';
import { TagStore } from '../catalog/texts/tags.ts';
import { tagChanges } from './tagOperations.ts';

export interface TagEditPreview {
  /** Photos that would change: all of them. */
  readonly photoIds: readonly number[];
  /** How many photos would lose and get each tag, most first. */
  readonly removed: readonly TagCount[];
  readonly added: readonly TagCount[];
}

export interface TagCount {
  readonly path: string;
  readonly photos: number;
}

export interface TagEdit {
  readonly photoIds: readonly number[];
  readonly operation: TagOperation;
}

/**
 * Exactly what `editTags` would change at this moment. Over many photos it takes a while: ask a reader thread for it.
 * @throws TextReplacementError TAG_PATTERN_INVALID, CatalogError TAG_NAME_INVALID
 */
export function previewTagEdit(
  { connection, tags }: Pick<Catalog, 'connection' | 'tags'>,
  { photoIds, operation }: TagEdit,
): TagEditPreview {
  const changesOf = tagChanges(operation);
  const changed: number[] = [];
  const removedPhotos = new Map<string, number>();
  const addedPhotos = new Map<string, number>();
  connection.read(() => {
    for (const photoId of photoIds) {
      const { removed, added } = changesOf(tags.of(photoId));
      if (removed.length === 0 && added.length === 0) continue;
      changed.push(photoId);
      countPaths(removedPhotos, removed);
      countPaths(addedPhotos, added);
    }
  });
  return { photoIds: changed, removed: maxFirst(removedPhotos), added: maxFirst(addedPhotos) };
}

/** Asked of a reader thread. */
export const tagEditReads = namedReads({
  previewTagEdit: (connection: CatalogConnection, edit: TagEdit) =>
    previewTagEdit({ connection, tags: new TagStore(connection) }, edit),
});

/**
 * Does it, as one run. Returns the run, or undefined when there was nothing to change. A photo whose tags changed since
 * the preview is edited as it is now.
 */
export async function editTags(
  catalog: Pick<Catalog, 'connection' | 'reader' | 'runs' | 'undo' | 'tags'>,
  edit: TagEdit,
  { signal, onProgress }: BulkEditOptions = {},
): Promise<number | undefined> {
  const changesOf = tagChanges(edit.operation);
  const due = (await catalog.reader.read(tagEditReads.previewTagEdit, edit, signal)).photoIds;
  if (due.length === 0) {
    return undefined;
  }
  const change = (photoId: number, runId: number) => {
    const { removed, added } = changesOf(catalog.tags.of(photoId));
    for (const { id } of removed) catalog.tags.remove(id, runId);
    for (const tag of added) catalog.tags.add(photoId, runId, tag);
  };
  return await bulkEdit(
    catalog,
    { description: tagRunDescription(edit.operation), photoIds: due, change },
    { signal, onProgress },
  );
}

/** A photo counts once, though a person and a model may both have given it the tag. */
function countPaths(counts: Map<string, number>, tags: readonly { readonly path: string }[]): void {
  for (const path of new Set(tags.map((tag) => tag.path))) {
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
}

function maxFirst(counts: ReadonlyMap<string, number>): TagCount[] {
  return [...counts].map(([path, photos]) => ({ path, photos })).sort((a, b) => b.photos - a.photos);
}

/** What an operation is in the history. */
export function tagRunDescription(operation: TagOperation): RunDescription {
  switch (operation.type) {
    case 'add':
      return { kind: 'addTag', ...named(operation.paths) };
    case 'remove':
      return { kind: 'removeTag', ...named(operation.paths) };
    case 'move':
      return { kind: 'moveTag', ...named(operation.paths), parent: operation.below };
    case 'merge':
      return { kind: 'mergeTags', ...named(operation.from), into: operation.into };
    case 'replace':
      return { kind: 'replaceInTags', pattern: operation.pattern, replacement: operation.replacement };
    case 'keep-only':
      return { kind: 'restrictTags', vocabulary: operation.paths.length };
    case 'drop-implied':
      return { kind: 'removeImpliedTags' };
  }
}

function named([tag = '', ...others]: readonly string[]): { readonly tag: string; readonly more: number } {
  return { tag, more: others.length };
}
