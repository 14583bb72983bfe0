/** @file A catalog whose photos are put together for one test, and what a query finds in it, by name. */
import { defaultDirection } from '../../../main/library/catalog/search/orders.ts';
import { searchCount, searchIds, searchPage } from '../../../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

/** The search happens on 2024-06-15, at noon here. */
export const nowMs = new Date(2024, 5, 15, 12).getTime();

export interface PhotoDetails {
  readonly folder?: string;
  /** Columns of the table `photo`. */
  readonly columns?: Readonly<Record<string, string | number | null>>;
  readonly caption?: string;
  readonly tags?: readonly string[];
  readonly answers?: Readonly<Record<string, string>>;
}

export interface SearchLibrary extends AsyncDisposable, Pick<TestCatalog, 'catalog' | 'editPhoto'> {
  add(name: string, details?: PhotoDetails): number;
  /** The names of the photos found, in the order of their names. */
  find(query: string): string[];
  /** The same of what is looked at while a query is typed, with what was searched for in fact. */
  look(query: string): { readonly names: string[]; readonly completed: string | null };
  nameOf(photoId: number): string;
}

export async function searchLibrary(): Promise<SearchLibrary> {
  const library = await testCatalog(() => nowMs);
  const { catalog } = library;
  const { connection } = catalog;
  const nameOf = (photoId: number) =>
    connection.prepare<[number], string>('SELECT name FROM photo WHERE id = ?').pluck().get(photoId) ?? '';
  return {
    catalog,
    editPhoto: library.editPhoto,
    add(name, { folder, columns = {}, caption, tags = [], answers = {} } = {}) {
      const id = library.addPhoto(name);
      if (caption !== undefined) catalog.captions.write(id, caption);
      for (const [question, answer] of Object.entries(answers)) catalog.answers.write(id, question, answer);
      if (tags.length > 0) {
        catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Tag' } }, (runId) => {
          for (const path of tags) catalog.tags.add(id, runId, { path, source: 'human' });
        });
      }
      // Last, since the stores choose the columns about captions.
      const places = folder === undefined ? {} : { folder_id: folderId(library, folder) };
      for (const [column, value] of Object.entries({ ...columns, ...places })) {
        connection.prepare(`UPDATE photo SET ${column} = ? WHERE id = ?`).run(value, id);
      }
      return id;
    },
    find(text) {
      const query = parseQuery(text);
      const page = searchPage(connection, { query, order: defaultDirection('name'), limit: 1000, nowMs });
      const photoIds = page.completed === null ? page.photoIds : [];
      const ids = [...searchIds(connection, { query, nowMs })];
      const count = searchCount(connection, { query, nowMs });
      if (count !== photoIds.length || ids.sort().join() !== photoIds.toSorted().join()) {
        throw new Error(`${text}: the page, the ids and the count differ`);
      }
      return photoIds.map(nameOf);
    },
    look(text) {
      const args = { query: parseQuery(text), order: defaultDirection('name'), limit: 1000, nowMs };
      const { photoIds, completed } = searchPage(connection, args);
      return { names: photoIds.map(nameOf), completed: completed === null ? null : printQuery(completed) };
    },
    nameOf,
    [Symbol.asyncDispose]: () => library[Symbol.asyncDispose](),
  };
}

function folderId({ catalog: { connection } }: TestCatalog, relativePath: string): number {
  connection
    .prepare('INSERT OR IGNORE INTO folder (root_id, relative_path, path_key) VALUES (1, ?, ?)')
    .run(relativePath, relativePath);
  return (
    connection.prepare<[string], number>('SELECT id FROM folder WHERE path_key = ?').pluck().get(relativePath) ?? 0
  );
}
