/** @file A catalog in a temporary folder, with photos that need no files. */
import { Catalog } from '../../main/library/catalog/catalog.ts';
import { libraryPlaces } from '../../main/library/files/libraryPlaces.ts';
import { writeEmptyCatalog } from './emptyCatalog.ts';
import { keptReaders } from './keptReaders.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export interface TestCatalog extends AsyncDisposable {
  readonly catalog: Catalog;
  readonly folder: string;
  /** Puts a photo into the catalog as a scan would have. Returns its id. */
  addPhoto(name: string): number;
  /** As a scan does when the file's content changed. */
  editPhoto(id: number): void;
}

export async function testCatalog(nowMs: () => number = Date.now): Promise<TestCatalog> {
  const folder = await temporaryFolder();
  writeEmptyCatalog(libraryPlaces(folder.path).catalog);
  const catalog = Catalog.open(folder.path, { startReader: keptReaders, owner: 'test', nowMs });
  const { connection } = catalog;
  connection.database.exec(
    `INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0);
     INSERT INTO folder (id, root_id, relative_path, path_key) VALUES (1, 1, '', '')`,
  );
  return {
    catalog,
    folder: folder.path,
    addPhoto(name) {
      const { lastInsertRowid } = connection
        .prepare(
          `INSERT INTO photo (folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint)
           VALUES (1, ?, ?, 0, 1, 0, ?)`,
        )
        .run(name, name, Buffer.from(name));
      catalog.tags.refresh(Number(lastInsertRowid));
      return Number(lastInsertRowid);
    },
    editPhoto(id) {
      connection.prepare('UPDATE photo SET revision = revision + 1 WHERE id = ?').run(id);
      catalog.captions.refreshShown(id);
    },
    async [Symbol.asyncDispose]() {
      await catalog[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The text of the caption that the photo shows. */
export function shownCaption(catalog: Catalog, photoId: number): string | undefined {
  return catalog.connection
    .prepare<[number], string>(
      'SELECT text FROM caption JOIN photo ON shown_caption_id = caption.id WHERE photo.id = ?',
    )
    .pluck()
    .get(photoId);
}
