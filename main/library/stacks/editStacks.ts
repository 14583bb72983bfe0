/** @file What people decide about stacks: put together, taken apart, which photo is on top. Each is a run. Main process and CLI. */
import type { Catalog } from '../catalog/catalog.ts';
import type { StackChoice } from '../catalog/photos/stacks.ts';
import { type BulkEditOptions, bulkEdit, duePhotos } from '../catalog/runs/bulkEdit.ts';

type StackCatalog = Pick<Catalog, 'connection' | 'runs' | 'undo' | 'stacks'>;

/** Makes one stack of them, whatever stacks they were in. Returns the run; undefined of fewer than two photos. */
export async function stackTogether(
  catalog: StackCatalog,
  photoIds: readonly number[],
  options: BulkEditOptions = {},
): Promise<number | undefined> {
  return photoIds.length < 2
    ? undefined
    : await decide(catalog, photoIds, { change: 'stack', choice: 'stacked' }, options);
}

/** Each of them stands alone from now on. Returns the run; undefined where none of them is in a stack. */
export async function unstack(
  catalog: StackCatalog,
  photoIds: readonly number[],
  options: BulkEditOptions = {},
): Promise<number | undefined> {
  const isDue = (id: number) => catalog.stacks.photosWith(id).length > 1;
  const due = await duePhotos(catalog, photoIds, isDue, options.signal);
  return due.length === 0 ? undefined : await decide(catalog, due, { change: 'unstack', choice: 'alone' }, options);
}

/** It is the one that its stack shows. Returns the run; undefined where it is so already, or in no stack. */
export async function putOnTop(catalog: StackCatalog, photoId: number): Promise<number | undefined> {
  const [top] = catalog.stacks.photosWith(photoId);
  return top === photoId ? undefined : await decide(catalog, [photoId], { change: 'top', choice: 'top' }, {});
}

async function decide(
  catalog: StackCatalog,
  photoIds: readonly number[],
  { change, choice }: { readonly change: 'stack' | 'unstack' | 'top'; readonly choice: StackChoice },
  options: BulkEditOptions,
): Promise<number> {
  const description = { kind: 'stack', change, photos: photoIds.length } as const;
  const edit = {
    description,
    photoIds,
    change: (id: number, runId: number) => catalog.stacks.choose(id, runId, choice),
  };
  return await bulkEdit(catalog, edit, options);
}
