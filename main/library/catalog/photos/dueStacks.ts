/** @file Makes the stacks of folders that changed anew, and says what is to be stored differently. For a reader thread. */
import { hashHalves } from '../../photos/perceptualHash.ts';
import { isRawPhoto } from '../../photos/photoKinds.ts';
import { byRank, type StackablePhoto, stackPhotos } from '../../photos/stackPhotos.ts';
import type { CatalogConnection } from '../connection.ts';

export interface StackPlace {
  readonly photoId: number;
  /** The smallest id of its photos. */
  readonly stackId: number;
  /** 0: the top one. */
  readonly rank: number;
}

export interface StackChanges {
  /** For `StackStore.done`. */
  readonly dueIds: readonly number[];
  readonly placed: readonly StackPlace[];
  /** In no stack any more. */
  readonly left: readonly number[];
}

interface PhotoRow {
  readonly id: number;
  readonly name: string;
  readonly name_order: string | null;
  readonly taken_at_ms: number | null;
  readonly camera: string;
  readonly perceptual_hash: Buffer | null;
}

/** Shorter, only the day or the minute is known: that says nothing about a burst. */
const charactersToSecond = 'YYYY-MM-DDTHH:MM:SS'.length;

const stackableColumns = `photo.id AS id, name, name_order,
  iif(length(taken_local) >= ${charactersToSecond}, taken_at_ms, NULL) AS taken_at_ms,
  coalesce(camera_make, '') || char(31) || coalesce(camera_model, '') AS camera, perceptual_hash`;

/** Of all photos whose stack a person chose, and of those of up to `limit` folders that are due. */
export function dueStacks(connection: CatalogConnection, { limit }: { readonly limit: number }): StackChanges {
  const due = connection
    .prepare<[number], { id: number; folder_id: number }>('SELECT id, folder_id FROM stack_due ORDER BY id LIMIT ?')
    .all(limit);
  const chosen = chosenStacks(connection);
  const tops = chosenTops(connection);
  const wanted = new Map<number, StackPlace>();
  const stored = new Map<number, StackPlace>();
  const add = (stack: readonly StackablePhoto[]) => {
    for (const place of placesOf(stack, tops)) wanted.set(place.photoId, place);
  };
  for (const stack of chosen.stacks) add(stack);
  for (const place of placesOfChosen(connection)) stored.set(place.photoId, place);
  for (const { folder_id: folderId } of due) {
    for (const stack of stackPhotos(freePhotos(connection, folderId, chosen.photoIds))) add(stack);
    for (const place of placesIn(connection, folderId)) stored.set(place.photoId, place);
  }
  return {
    dueIds: due.map(({ id }) => id),
    placed: [...wanted.values()].filter((place) => !isSame(place, stored.get(place.photoId))),
    left: [...stored.keys()].filter((photoId) => !wanted.has(photoId)),
  };
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

interface ChosenRow extends PhotoRow {
  readonly kind: 'stacked' | 'alone';
  readonly run_id: number;
}

/** What people put together, of two photos that are there and more; and all that they decided about. */
function chosenStacks(connection: CatalogConnection) {
  const rows = connection
    .prepare<[], ChosenRow>(
      `SELECT kind, run_id, ${stackableColumns} FROM stack_choice JOIN photo ON photo.id = photo_id
       WHERE removed_run_id IS NULL AND kind <> 'top' AND missing_since_ms IS NULL ORDER BY stack_choice.id`,
    )
    .all();
  // The newest decision about a photo counts.
  const byPhoto = new Map(rows.map((row) => [row.id, row]));
  const byRun = Map.groupBy(
    [...byPhoto.values()].filter(({ kind }) => kind === 'stacked'),
    (row) => row.run_id,
  );
  const stacks = [...byRun.values()].map((ofRun) => ofRun.map(stackable).toSorted(byRank));
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

/** Those of the folder that are there, and about which nobody decided. */
function freePhotos(connection: CatalogConnection, folderId: number, chosen: ReadonlySet<number>): StackablePhoto[] {
  return connection
    .prepare<[number], PhotoRow>(
      `SELECT ${stackableColumns} FROM photo WHERE folder_id = ? AND missing_since_ms IS NULL`,
    )
    .all(folderId)
    .filter(({ id }) => !chosen.has(id))
    .map(stackable);
}

const storedColumns = 'photo_stack.photo_id AS photoId, stack_id AS stackId, rank';

function placesIn(connection: CatalogConnection, folderId: number): StackPlace[] {
  return connection
    .prepare<[number], StackPlace>(
      `SELECT ${storedColumns} FROM photo JOIN photo_stack ON photo_id = photo.id WHERE folder_id = ?`,
    )
    .all(folderId);
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

function stackable({ id, name, name_order, taken_at_ms, camera, perceptual_hash }: PhotoRow): StackablePhoto {
  return {
    id,
    name,
    nameOrder: name_order ?? name,
    takenAtMs: taken_at_ms,
    camera,
    isRaw: isRawPhoto(name),
    hash: hashHalves(perceptual_hash) ?? null,
  };
}
