/** @file The folders that the person named, each with everything below it. Main process, CLI. */
import * as z from 'zod';
import { isNameRule, type NameRule, nameKey } from '../../photos/nameKey.ts';
import { soundPath } from '../../photos/soundNames.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { FolderStore } from './folders.ts';

/**
 * - `online`: the folder is there.
 * - `offline`: it is not, most likely because its drive is away. Its photos are kept as they are.
 * - `removed`: the person does not want it any more. Its photos are kept for a while with what was written, in case it
 *   comes back, but they are neither found nor counted.
 */
export type RootState = 'online' | 'offline' | 'removed';

/** Of a photo's row: it lies in a folder that was not taken out of the library. */
export const inShownRoot = `photo.folder_id NOT IN (
  SELECT folder.id FROM root JOIN folder ON folder.root_id = root.id WHERE root.state = 'removed')`;

/** Which drive a folder is on, and where on it. */
export interface VolumePlace {
  /** Where the system says. */
  readonly id: string | undefined;
  /** Parts joined by '/'; empty for the drive's top folder. */
  readonly path: string;
}

export interface Root {
  readonly id: number;
  /** Absolute; where it is or was last seen. */
  readonly path: string;
  readonly nameRule: NameRule;
  readonly volume: VolumePlace | undefined;
  readonly state: RootState;
  /** Kept in step with the disk; the others were catalogued because a command named them. */
  readonly watched: boolean;
  /** Patterns as in .gitignore. */
  readonly ignored: readonly string[];
  /** XMP sidecars beside all of its photos are kept in step with the catalog; folders below may have that of their own. */
  readonly liveSidecars: boolean;
  readonly addedAtMs: number;
}

export interface NewRoot {
  readonly path: string;
  readonly nameRule: NameRule;
  readonly volume?: VolumePlace | undefined;
  readonly watched: boolean;
  readonly ignored?: readonly string[] | undefined;
}

interface RootRow {
  readonly id: number;
  readonly path: string;
  readonly name_rule: string;
  readonly volume: string | null;
  readonly volume_path: string | null;
  readonly state: RootState;
  readonly watched: number;
  readonly ignored: string;
  readonly live_sidecars: number;
  readonly added_at_ms: number;
}

export class RootStore {
  readonly #connection: CatalogConnection;
  readonly #folders: FolderStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#folders = new FolderStore(connection);
  }

  /** Adds an online root with its (empty) folder. Whether it overlaps with others is for the caller to settle. */
  add({ path, nameRule, volume, watched, ignored = [] }: NewRoot): Root {
    return this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO root (path, path_key, name_rule, volume, volume_path, watched, ignored, added_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          path,
          nameKey(nameRule, path),
          nameRule,
          volume?.id ?? null,
          volume?.path ?? null,
          Number(watched),
          JSON.stringify(ignored),
          this.#connection.nowMs(),
        );
      const id = Number(lastInsertRowid);
      this.#folders.ensure(id, '');
      this.#connection.foldersChanged();
      return this.get(id);
    });
  }

  /** @throws CatalogError NO_SUCH_FOLDER */
  get(id: number): Root {
    const row = this.#connection.prepare<[number], RootRow>(`${rootRows} WHERE root.id = ?`).get(id);
    if (row === undefined) {
      throw new CatalogError('NO_SUCH_FOLDER', `The library has no folder with the number ${id}.`, { rootId: id });
    }
    return rootOf(row);
  }

  /** Those that the person has; in the order in which they were added. */
  list(): Root[] {
    return this.all().filter(({ state }) => state !== 'removed');
  }

  /** Removed ones, too. */
  all(): Root[] {
    return this.#connection.prepare<[], RootRow>(`${rootRows} ORDER BY root.id`).all().map(rootOf);
  }

  /** Some `limit` photos of a root that are not missing. */
  presentPhotos(rootId: number, limit: number): number[] {
    return this.#connection
      .prepare<[number, number], number>(
        `SELECT id FROM photo WHERE folder_id IN (SELECT id FROM folder WHERE root_id = ?)
           AND missing_since_ms IS NULL LIMIT ?`,
      )
      .pluck()
      .all(rootId, limit);
  }

  /** How many photos of these roots are not missing. */
  countPresent(rootIds: readonly number[]): number {
    return this.#connection.value<number>(
      `SELECT count(*) FROM photo WHERE missing_since_ms IS NULL AND folder_id IN (
         SELECT id FROM folder WHERE root_id IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(rootIds),
    );
  }

  /** Some photos of the root, from all over it, as they were last seen: to recognise the folder by. */
  photoSample(
    rootId: number,
    count: number,
  ): { readonly relativePath: string; readonly sizeBytes: number; readonly modifiedMs: number }[] {
    return this.#connection
      .prepare<[number, number], { relativePath: string; sizeBytes: number; modifiedMs: number }>(
        `SELECT CASE relative_path WHEN '' THEN name ELSE relative_path || '/' || name END AS relativePath,
           size_bytes AS sizeBytes, modified_ms AS modifiedMs
         FROM (SELECT id, relative_path FROM folder WHERE root_id = ? ORDER BY id * 2654435761 % 4294967296 LIMIT 200)
           AS folder
         JOIN photo ON photo.id IN (
           SELECT id FROM photo WHERE folder_id = folder.id AND missing_since_ms IS NULL LIMIT 4)
         LIMIT ?`,
      )
      .all(rootId, count)
      .map((photo) => ({ ...photo, relativePath: soundPath(photo.relativePath) }));
  }

  /** Whether a person took out the folder, or one above it. */
  isRemoved(folderId: number): boolean {
    return (
      this.#connection
        .prepare<[number]>(
          "SELECT 1 FROM folder JOIN root ON root.id = root_id WHERE folder.id = ? AND root.state = 'removed'",
        )
        .get(folderId) !== undefined
    );
  }

  setState(id: number, state: RootState): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE root SET state = ? WHERE id = ?').run(state, id);
      this.#connection.foldersChanged();
    });
  }

  setWatched(id: number, watched: boolean): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE root SET watched = ? WHERE id = ?').run(Number(watched), id);
      this.#connection.foldersChanged();
    });
  }

  /** What is ignored from now on leaves the library with the next comparison, and returns when no longer ignored. */
  setIgnored(id: number, patterns: readonly string[]): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE root SET ignored = ? WHERE id = ?').run(JSON.stringify(patterns), id);
      this.#connection.foldersChanged();
    });
  }

  setVolume(id: number, volume: VolumePlace): void {
    this.#connection.write(() => {
      this.#connection
        .prepare('UPDATE root SET volume = ?, volume_path = ? WHERE id = ?')
        .run(volume.id ?? null, volume.path, id);
    });
  }

  /** The folder is at another path now, with everything that is in it. */
  relocate(id: number, path: string, nameRule: NameRule, volume: VolumePlace | undefined): void {
    this.#connection.write(() => {
      const before = this.get(id);
      this.#connection
        .prepare(
          `UPDATE root SET path = ?, path_key = ?, name_rule = ?, volume = ?, volume_path = ?, state = 'online'
           WHERE id = ?`,
        )
        .run(path, nameKey(nameRule, path), nameRule, volume?.id ?? null, volume?.path ?? null, id);
      if (before.nameRule !== nameRule) this.#folders.renewKeys(id, nameRule);
      this.#connection.foldersChanged();
    });
  }

  /**
   * Makes what lies in one root part of another, with its photos and their texts: everything below `fromPath` of the
   * one comes to lie below `toPath` of the other. A root that is taken over whole is gone afterwards.
   */
  moveInto(fromRootId: number, fromPath: string, toRootId: number, toPath: string): void {
    this.#connection.write(() => {
      const folder = this.#folders.find(fromRootId, fromPath);
      if (folder !== undefined) this.#folders.move(folder.id, toRootId, toPath);
      if (fromPath === '') this.#connection.prepare('DELETE FROM root WHERE id = ?').run(fromRootId);
      this.#connection.foldersChanged();
    });
  }
}

const rootRows = `
  SELECT root.*, EXISTS (
    SELECT 1 FROM folder WHERE root_id = root.id AND parent_id IS NULL AND live_sidecars = 1) AS live_sidecars
  FROM root`;

const patternsSchema = z.array(z.string());

function rootOf(row: RootRow): Root {
  return {
    id: row.id,
    path: row.path,
    nameRule: isNameRule(row.name_rule) ? row.name_rule : 'exact',
    volume: row.volume_path === null ? undefined : { id: row.volume ?? undefined, path: row.volume_path },
    state: row.state,
    watched: row.watched === 1,
    ignored: patternsSchema.parse(JSON.parse(row.ignored)),
    liveSidecars: row.live_sidecars === 1,
    addedAtMs: row.added_at_ms,
  };
}
