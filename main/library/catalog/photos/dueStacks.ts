/** @file Makes the stacks anew that changes of photos can reach, and says what is to be stored differently. For a reader thread. */
import { ranked, type StackablePhoto, stackPhotos, unitsOf } from '../../photos/stackPhotos.ts';
import { type StackPlace as PhotoPlace, stacksAround } from '../../photos/stackRegion.ts';
import { nameOrder } from '../../text/nameOrder.ts';
import type { CatalogConnection } from '../connection.ts';
import {
  allPhotos,
  type FreePhotos,
  isThere,
  photosAround,
  type StackableRow,
  stackable,
  stackableColumns,
} from './stackablePhotos.ts';

export interface StackPlace {
  readonly photoId: number;
  /** The smallest id of its photos. */
  readonly stackId: number;
  /** 0: the top one. */
  readonly rank: number;
}

export interface StackChanges {
  /** For `StackStore.done`: of these folders, what was due up to this id. */
  readonly done: { readonly folderIds: readonly number[]; readonly lastId: number };
  readonly placed: readonly StackPlace[];
  /** In no stack any more. */
  readonly left: readonly number[];
}

/**
 * Of all photos whose stack a person chose, and of those of up to `limit` folders that are due. Photos that came since
 * `StackStore.noteDue` are as if they were not there.
 */
export function dueStacks(connection: CatalogConnection, { limit }: { readonly limit: number }): StackChanges {
  const folderIds = connection
    .prepare<[number], number>('SELECT folder_id FROM stack_due GROUP BY folder_id ORDER BY min(id) LIMIT ?')
    .pluck()
    .all(limit);
  const lastId = connection.value<number>('SELECT due_id FROM stack_noted');
  const chosen = chosenStacks(connection);
  const tops = chosenTops(connection);
  const wanted = new Map<number, StackPlace>();
  const stored = new Map<number, StackPlace>();
  const add = (stack: readonly StackablePhoto[]) => {
    for (const place of placesOf(stack, tops)) wanted.set(place.photoId, place);
  };
  for (const stack of chosen.stacks) add(stack);
  for (const place of placesOfChosen(connection)) stored.set(place.photoId, place);
  for (const folderId of folderIds) {
    const free = { folderId, chosen: chosen.photoIds };
    const { stacks, places } = changedStacks(connection, free) ?? wholeStacks(connection, free);
    for (const stack of stacks) add(stack);
    for (const place of places) stored.set(place.photoId, place);
  }
  return {
    done: { folderIds, lastId },
    placed: [...wanted.values()].filter((place) => !isSame(place, stored.get(place.photoId))),
    left: [...stored.keys()].filter((photoId) => !wanted.has(photoId)),
  };
}

interface MadeStacks {
  readonly stacks: readonly (readonly StackablePhoto[])[];
  /** As they are stored, of all photos that were looked at. */
  readonly places: readonly StackPlace[];
}

function wholeStacks(connection: CatalogConnection, free: FreePhotos): MadeStacks {
  return { stacks: stackPhotos(allPhotos(connection, free)), places: placesIn(connection, free.folderId) };
}

/** With more of them, a folder is looked at as a whole in the same time. */
const maxPlaces = 1000;
/** So many photos of a folder are looked at in the time that one changed place takes. */
const photosOfPlace = 30;

/** Undefined where the whole folder has to be looked at. */
function changedStacks(connection: CatalogConnection, free: FreePhotos): MadeStacks | undefined {
  const due = connection
    .prepare<[number, number], { name: string; taken: string }>(
      'SELECT name, taken FROM stack_due WHERE folder_id = ? LIMIT ?',
    )
    .all(free.folderId, maxPlaces + 1);
  if (due.length > maxPlaces || due.some(({ name }) => name === '')) return undefined;
  const enough = due.length * photosOfPlace;
  const photos = connection.value<number>(
    'SELECT count(*) FROM (SELECT 1 FROM photo WHERE folder_id = ? LIMIT ?)',
    free.folderId,
    enough,
  );
  if (photos < enough) return undefined;
  const folder = photosAround(connection, free);
  const changed = due.map(({ name, taken }): PhotoPlace => ({ name, takenAtMs: taken === '' ? null : Number(taken) }));
  const region = folder && stacksAround(changed, folder);
  if (region === undefined) return undefined;
  const places = [
    ...placesOfPhotos(connection, [...region.photoIds]),
    ...due.flatMap((place) => placesAt(connection, free.folderId, place.name)),
  ];
  return { stacks: region.stacks, places };
}

function isSame(a: StackPlace, b: StackPlace | undefined): boolean {
  return b !== undefined && a.stackId === b.stackId && a.rank === b.rank;
}

function placesOf(stack: readonly StackablePhoto[], tops: ReadonlyMap<number, number>): StackPlace[] {
  const stackId = stack.reduce((smallest, { id }) => Math.min(smallest, id), Number.MAX_SAFE_INTEGER);
  const chosen = stack
    .filter(({ id }) => tops.has(id))
    .toSorted((a, b) => (tops.get(b.id) ?? 0) - (tops.get(a.id) ?? 0));
  const top = chosen[0];
  const ordered = top === undefined ? stack : [top, ...stack.filter((photo) => photo !== top)];
  return ordered.map(({ id }, rank) => ({ photoId: id, stackId, rank }));
}

interface ChosenRow extends StackableRow {
  readonly kind: 'stacked' | 'alone';
  readonly run_id: number;
}

/** What people put together, of two photos that are there and more; and all that they decided about. */
function chosenStacks(connection: CatalogConnection) {
  const rows = connection
    .prepare<[], ChosenRow>(
      `SELECT kind, run_id, ${stackableColumns} FROM stack_choice JOIN photo ON photo.id = photo_id
       WHERE removed_run_id IS NULL AND kind <> 'top' AND ${isThere} ORDER BY stack_choice.id`,
    )
    .all();
  // The newest decision about a photo counts.
  const byPhoto = new Map(rows.map((row) => [row.id, row]));
  const byRun = Map.groupBy(
    [...byPhoto.values()].filter(({ kind }) => kind === 'stacked'),
    (row) => row.run_id,
  );
  const stacks = [...byRun.values()].map((ofRun) => ranked(unitsOf(ofRun.map(stackable))));
  return { photoIds: new Set(byPhoto.keys()), stacks: stacks.filter((stack) => stack.length > 1) };
}

/** Which photos people put on top, the higher the later. */
function chosenTops(connection: CatalogConnection): Map<number, number> {
  const rows = connection
    .prepare<[], { photo_id: number; id: number }>(
      `SELECT photo_id, max(id) AS id FROM stack_choice WHERE removed_run_id IS NULL AND kind = 'top' GROUP BY photo_id`,
    )
    .all();
  return new Map(rows.map(({ photo_id, id }) => [photo_id, id]));
}

const storedColumns = 'photo_stack.photo_id AS photoId, stack_id AS stackId, rank';

function placesIn(connection: CatalogConnection, folderId: number): StackPlace[] {
  return connection
    .prepare<[number], StackPlace>(
      `SELECT ${storedColumns} FROM photo JOIN photo_stack ON photo_id = photo.id WHERE folder_id = ?`,
    )
    .all(folderId);
}

/** Also of photos that are missing by now. */
function placesAt(connection: CatalogConnection, folderId: number, name: string): StackPlace[] {
  return connection
    .prepare<[number, string, string], StackPlace>(
      `SELECT ${storedColumns} FROM photo JOIN photo_stack ON photo_id = photo.id
       WHERE folder_id = ? AND name_order = ? AND name = ?`,
    )
    .all(folderId, nameOrder(name), name);
}

function placesOfPhotos(connection: CatalogConnection, photoIds: readonly number[]): StackPlace[] {
  return connection
    .prepare<[string], StackPlace>(
      `SELECT ${storedColumns} FROM json_each(?) AS wanted JOIN photo_stack ON photo_id = wanted.value`,
    )
    .all(JSON.stringify(photoIds));
}

/** Of photos that people decided about, wherever they are. Where a decision was undone, the folder is due. */
function placesOfChosen(connection: CatalogConnection): StackPlace[] {
  return connection
    .prepare<[], StackPlace>(
      `SELECT ${storedColumns} FROM photo_stack WHERE photo_id IN (
         SELECT photo_id FROM stack_choice WHERE removed_run_id IS NULL AND kind <> 'top')`,
    )
    .all();
}
