/** @file Photos of a folder as their stacks are made from them: all, or those that are next to others by name or time. Reader threads. */
import { hashHalves } from '../../photos/perceptualHash.ts';
import { isRawPhoto } from '../../photos/photoKinds.ts';
import type { StackablePhoto } from '../../photos/stackPhotos.ts';
import type { FolderPhotos } from '../../photos/stackRegion.ts';
import { nameOrder } from '../../text/nameOrder.ts';
import type { CatalogConnection } from '../connection.ts';

export interface StackableRow {
  readonly id: number;
  readonly name: string;
  readonly name_order: string | null;
  readonly taken_at_ms: number | null;
  readonly camera: string;
  readonly perceptual_hash: Buffer | null;
}

/** Shorter, only the day or the minute is known: that says nothing about a burst. */
const isTimed = `coalesce(length(taken_local), 0) >= ${'YYYY-MM-DDTHH:MM:SS'.length}`;
/** As the index of them has it. */
const isTimeless = 'coalesce(length(taken_local), 0) < 19 AND perceptual_hash IS NOT NULL AND missing_since_ms IS NULL';

/** SQL, within `photo`: it is there, and was noted. */
export const isThere = 'missing_since_ms IS NULL AND photo.id <= (SELECT stack_noted.photo_id FROM stack_noted)';

/** SQL, within `photo`. */
export const stackableColumns = `photo.id AS id, name, name_order, iif(${isTimed}, taken_at_ms, NULL) AS taken_at_ms,
  coalesce(camera_make, '') || char(31) || coalesce(camera_model, '') AS camera, perceptual_hash`;

export function stackable(row: StackableRow): StackablePhoto {
  const { id, name, name_order, taken_at_ms, camera, perceptual_hash } = row;
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

/** Those of the folder that are there, and about which nobody decided. */
export interface FreePhotos {
  readonly folderId: number;
  readonly chosen: ReadonlySet<number>;
}

export function allPhotos(connection: CatalogConnection, { folderId, chosen }: FreePhotos): StackablePhoto[] {
  return connection
    .prepare<[number], StackableRow>(`SELECT ${stackableColumns} FROM photo WHERE folder_id = ? AND ${isThere}`)
    .all(folderId)
    .filter(({ id }) => !chosen.has(id))
    .map(stackable);
}

/** Beyond, all photos of a folder are read as quickly. */
const maxPhotos = 5000;
/** After every name. */
const lastCharacter = '\u{10ffff}';

/** Undefined where names do not stand in order with what they begin with, as they do in plain letters. */
export function photosAround(
  connection: CatalogConnection,
  { folderId, chosen }: FreePhotos,
): FolderPhotos | undefined {
  const isPlain = connection
    .prepare<[number, number], number>(
      `SELECT NOT EXISTS (SELECT 1 FROM photo WHERE folder_id = ? AND missing_since_ms IS NULL AND name_key GLOB '*[^ -~]*')
         AND NOT EXISTS (SELECT 1 FROM photo WHERE folder_id = ? AND name_order IS NULL)`,
    )
    .pluck()
    .get(folderId, folderId);
  if (isPlain !== 1) return undefined;
  const from = `SELECT ${stackableColumns} FROM photo`;
  const isFree = ({ id }: StackableRow) => !chosen.has(id);
  const photosOf = (rows: readonly StackableRow[]) => rows.filter(isFree).map(stackable);
  const beginning = connection.prepare<[number, string, string, number], StackableRow>(
    `${from} WHERE folder_id = ? AND name_order >= ? AND name_order < ? AND ${isThere} LIMIT ?`,
  );
  const between = connection.prepare<[number, number, number, number], StackableRow>(
    `${from} WHERE +folder_id = ? AND taken_at_ms BETWEEN ? AND ? AND ${isTimed} AND ${isThere} LIMIT ?`,
  );
  const timeless = {
    before: connection.prepare<[number, string], StackableRow>(
      `${from} WHERE folder_id = ? AND name_order < ? AND ${isTimeless} AND ${isThere} ORDER BY name_order DESC, name DESC, photo.id DESC`,
    ),
    after: connection.prepare<[number, string], StackableRow>(
      `${from} WHERE folder_id = ? AND name_order >= ? AND ${isTimeless} AND ${isThere} ORDER BY name_order, name, photo.id`,
    ),
  };
  return {
    limit: maxPhotos,
    beginning: (start) => {
      const order = nameOrder(start);
      return photosOf(beginning.all(folderId, order, order + lastCharacter, maxPhotos + chosen.size));
    },
    takenBetween: (fromMs, toMs) => photosOf(between.all(folderId, fromMs, toMs, maxPhotos + chosen.size)),
    timeless: (name, side, count) => {
      const found: StackablePhoto[] = [];
      for (const row of timeless[side].iterate(folderId, nameOrder(name))) {
        if (isFree(row)) found.push(stackable(row));
        if (found.length >= count) break;
      }
      return found;
    },
  };
}
