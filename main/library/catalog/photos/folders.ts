/** @file The folders of the library's roots: those that hold photos or rules, and what lies above them. Main process, CLI. */
import { parentOf } from '../../files/commonFolder.ts';
import { isNameRule, type NameRule, nameKey } from '../../photos/nameKey.ts';
import { soundPath } from '../../photos/soundNames.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';

export interface Folder {
  readonly id: number;
  readonly rootId: number;
  /** Undefined for the root's own. */
  readonly parentId: number | undefined;
  /** From the root, parts joined by '/'; empty for the root's own. */
  readonly relativePath: string;
  readonly pathKey: string;
  /** The file system's number, where it was seen. */
  readonly inode: number | undefined;
}

export interface FolderCounts {
  readonly folderId: number;
  /** In the folder itself, not below it. */
  readonly photos: number;
  readonly missing: number;
}

interface FolderRow {
  readonly id: number;
  readonly root_id: number;
  readonly parent_id: number | null;
  readonly relative_path: string;
  readonly path_key: string;
  readonly inode: number | null;
}

export class FolderStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** @throws CatalogError NO_SUCH_FOLDER */
  get(id: number): Folder {
    const row = this.#connection.prepare<[number], FolderRow>('SELECT * FROM folder WHERE id = ?').get(id);
    if (row === undefined) {
      throw new CatalogError('NO_SUCH_FOLDER', `The library has no folder with the number ${id}.`, { folderId: id });
    }
    return folderOf(row);
  }

  find(rootId: number, relativePath: string): Folder | undefined {
    const row = this.#connection
      .prepare<[number, string], FolderRow>('SELECT * FROM folder WHERE root_id = ? AND path_key = ?')
      .get(rootId, nameKey(this.#ruleOf(rootId), relativePath));
    return row === undefined ? undefined : folderOf(row);
  }

  ofRoot(rootId: number): Folder[] {
    return this.#connection
      .prepare<[number], FolderRow>('SELECT * FROM folder WHERE root_id = ?')
      .all(rootId)
      .map(folderOf);
  }

  /** How many photos each folder with photos holds. */
  counts(rootId: number): FolderCounts[] {
    return this.#connection
      .prepare<[number], FolderCounts>(
        `SELECT folder_id AS folderId, count(*) FILTER (WHERE missing_since_ms IS NULL) AS photos,
           count(missing_since_ms) AS missing
         FROM photo WHERE folder_id IN (SELECT id FROM folder WHERE root_id = ?) GROUP BY folder_id`,
      )
      .all(rootId);
  }

  /** The folder's id; it and those above it are added where they are new. */
  ensure(rootId: number, relativePath: string): number {
    return this.#connection.write(() => {
      const known = this.find(rootId, relativePath);
      if (known !== undefined) return known.id;
      const parentId = relativePath === '' ? null : this.ensure(rootId, parentOf(relativePath));
      const { lastInsertRowid } = this.#connection
        .prepare('INSERT INTO folder (root_id, parent_id, relative_path, path_key) VALUES (?, ?, ?, ?)')
        .run(rootId, parentId, relativePath, nameKey(this.#ruleOf(rootId), relativePath));
      this.#connection.foldersChanged();
      return Number(lastInsertRowid);
    });
  }

  /** Whether XMP sidecars beside the photos in it and below it are kept in step with the catalog. */
  setLiveSidecars(id: number, live: boolean): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE folder SET live_sidecars = ? WHERE id = ?').run(Number(live), this.get(id).id);
      this.#connection.foldersChanged();
    });
  }

  setInode(id: number, inode: number): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE folder SET inode = ? WHERE id = ?').run(inode, id);
    });
  }

  /**
   * The folder is called otherwise or lies elsewhere now, with everything below it. Where the catalog knows a folder at
   * the new place (one that was there before), the two become one. Returns the number that it has from then on.
   */
  move(id: number, toRootId: number, toPath: string): number {
    return this.#connection.write(() => {
      let newId = id;
      const top = this.get(id);
      const prefix = `${top.pathKey}/`;
      // Parents first, so that each finds its own.
      const tree = this.ofRoot(top.rootId)
        .filter((folder) => folder.id === id || top.pathKey === '' || folder.pathKey.startsWith(prefix))
        .sort((a, b) => a.pathKey.length - b.pathKey.length);
      const depth = top.relativePath === '' ? 0 : top.relativePath.length + 1;
      for (const folder of tree) {
        const below = folder.id === id ? '' : folder.relativePath.slice(depth);
        const placedId = this.#place(folder, toRootId, [toPath, below].filter((part) => part !== '').join('/'));
        if (folder.id === id) newId = placedId;
      }
      this.#connection.foldersChanged();
      return newId;
    });
  }

  #place(folder: Folder, rootId: number, relativePath: string): number {
    const there = this.find(rootId, relativePath);
    if (there !== undefined && there.id !== folder.id) {
      this.#merge(folder.id, there.id);
      return there.id;
    }
    const parentId = relativePath === '' ? null : this.ensure(rootId, parentOf(relativePath));
    this.#connection
      .prepare('UPDATE folder SET root_id = ?, parent_id = ?, relative_path = ?, path_key = ? WHERE id = ?')
      .run(rootId, parentId, relativePath, nameKey(this.#ruleOf(rootId), relativePath), folder.id);
    return folder.id;
  }

  #merge(fromId: number, intoId: number): void {
    const ids = { from: fromId, into: intoId, nowMs: this.#connection.nowMs() };
    // Two photos that claim one place: the file is the moved folder's.
    this.#connection
      .prepare(
        `UPDATE photo SET missing_since_ms = @nowMs
         WHERE folder_id = @into AND missing_since_ms IS NULL AND name_key IN (
           SELECT name_key FROM photo WHERE folder_id = @from AND missing_since_ms IS NULL)`,
      )
      .run({ into: ids.into, from: ids.from, nowMs: ids.nowMs });
    this.#connection.prepare('UPDATE photo SET folder_id = ? WHERE folder_id = ?').run(intoId, fromId);
    this.#connection.prepare('UPDATE folder_rule SET folder_id = ? WHERE folder_id = ?').run(intoId, fromId);
    this.#connection.prepare('UPDATE folder SET parent_id = ? WHERE parent_id = ?').run(intoId, fromId);
    this.#connection
      .prepare(
        `UPDATE folder SET live_sidecars = 1
         WHERE id = ? AND EXISTS (SELECT 1 FROM folder WHERE id = ? AND live_sidecars = 1)`,
      )
      .run(intoId, fromId);
    this.#connection.prepare('DELETE FROM folder WHERE id = ?').run(fromId);
  }

  /** Forgets those of the folders that hold nothing: no photo, present or missing, no rule, no live sidecars, no other folder. */
  removeEmpty(ids: readonly number[]): void {
    this.#connection.write(() => {
      const remove = this.#connection.prepare<[number]>(
        `DELETE FROM folder WHERE id = ? AND parent_id IS NOT NULL AND live_sidecars = 0
           AND NOT EXISTS (SELECT 1 FROM photo WHERE folder_id = folder.id)
           AND NOT EXISTS (SELECT 1 FROM folder_rule WHERE folder_id = folder.id)
           AND NOT EXISTS (SELECT 1 FROM folder AS below WHERE below.parent_id = folder.id)`,
      );
      for (const id of ids) {
        if (remove.run(id).changes > 0) this.#connection.foldersChanged();
      }
    });
  }

  /** The root's file system compares names in another way than was known. */
  renewKeys(rootId: number, rule: NameRule): void {
    this.#connection.write(() => {
      const setFolderKey = this.#connection.prepare('UPDATE OR IGNORE folder SET path_key = ? WHERE id = ?');
      const setPhotoKey = this.#connection.prepare('UPDATE OR IGNORE photo SET name_key = ? WHERE id = ?');
      const photosOf = this.#connection.prepare<[number], { readonly id: number; readonly name: string }>(
        'SELECT id, name FROM photo WHERE folder_id = ?',
      );
      for (const folder of this.ofRoot(rootId)) {
        setFolderKey.run(nameKey(rule, folder.relativePath), folder.id);
        for (const photo of photosOf.all(folder.id)) setPhotoKey.run(nameKey(rule, photo.name), photo.id);
      }
    });
  }

  #ruleOf(rootId: number): NameRule {
    const rule = this.#connection
      .prepare<[number], string>('SELECT name_rule FROM root WHERE id = ?')
      .pluck()
      .get(rootId);
    return rule !== undefined && isNameRule(rule) ? rule : 'exact';
  }
}

function folderOf(row: FolderRow): Folder {
  return {
    id: row.id,
    rootId: row.root_id,
    parentId: row.parent_id ?? undefined,
    relativePath: soundPath(row.relative_path),
    pathKey: row.path_key,
    inode: row.inode ?? undefined,
  };
}
