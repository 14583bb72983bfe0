/** @file Photos in the order of documents, and photos that leave the library while one is written. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { fileNameOrder } from '../../../main/library/interchange/captionNames.ts';
import { exportDocument } from '../../../main/library/interchange/exportDocument.ts';
import type { ExportedDocumentFormat } from '../../../schemas/exports.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
beforeEach(async () => {
  test = await testCatalog();
});
afterEach(() => test[Symbol.asyncDispose]());

function addFolder(rootId: number, relativePath: string): number {
  const { database } = test.catalog.connection;
  const folder = 'INSERT INTO folder (root_id, relative_path, path_key) VALUES (?, ?, ?)';
  return Number(database.prepare(folder).run(rootId, relativePath, relativePath).lastInsertRowid);
}

function addRoot(rootPath: string): number {
  const root = `INSERT INTO root (path, path_key, name_rule, watched, added_at_ms) VALUES (?, ?, 'exact', 1, 0)`;
  return Number(test.catalog.connection.database.prepare(root).run(rootPath, rootPath).lastInsertRowid);
}

let added = 0;

/** Names need not differ: those that no folder can hold are all called the same in documents. */
function addPhoto(name: string, folderId: number): number {
  const { catalog } = test;
  added += 1;
  const id = test.addPhoto(`photo ${added}`);
  catalog.connection.database.prepare('UPDATE photo SET name = ?, folder_id = ? WHERE id = ?').run(name, folderId, id);
  catalog.captions.write(id, `photo ${id}`);
  return id;
}

interface Wanted {
  readonly format: ExportedDocumentFormat;
  readonly photoIds: readonly number[];
  readonly documentFolder?: string;
}

async function exported(wanted: Wanted, onListed: () => void = () => {}): Promise<{ text: string; photos: number }> {
  let text = '';
  const sink = {
    write: async (more: string | Uint8Array) => {
      text += String(more);
    },
  };
  const filter = { included: captionsOnly, humanOnly: false, withoutDoubtful: false };
  const onProgress = (done: number) => {
    if (done === 0) onListed();
  };
  const photos = await exportDocument(test.catalog.reader, { ...wanted, filter }, sink, { onProgress });
  return { text, photos };
}

async function linesOf(wanted: Omit<Wanted, 'format'>): Promise<{ file_name: string; text: string }[]> {
  const { text } = await exported({ format: 'jsonl', ...wanted });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const folders = ['', 'a', 'a b', 'a/b', 'a!', '\u{1f30a}', '\uff21', 'a/../x', 'é'];
const names = ['x.jpg', 'X.jpg', 'x', 'a', '\u{1f30a}.jpg', '\uff21.jpg', '\ufffd', 'é.jpg', '..', 'b/c', 'x.jpg.png'];

it.each([
  { what: 'in one folder of the library', roots: ['/photos'], above: '' },
  { what: 'in several', roots: ['/photos', '/photos more', '/other/pictures'], above: '' },
  {
    what: 'from the folder of the document',
    roots: ['/photos', '/photos/of others'],
    above: 'photos/',
    documentFolder: '/',
  },
])('sorts photos by their names, then by their paths: $what', async ({ roots, above, documentFolder }) => {
  const random = randomNumbers(3);
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const folderIds = roots.flatMap((root) => {
    const rootId = root === '/photos' ? 1 : addRoot(root);
    return folders.map((folder) => (rootId === 1 && folder === '' ? 1 : addFolder(rootId, folder)));
  });
  const photoIds = Array.from({ length: 700 }, () => addPhoto(one(names), one(folderIds)));
  const lines = await linesOf({ photoIds, ...(documentFolder === undefined ? {} : { documentFolder }) });
  const files = lines.map(({ file_name }) => file_name);
  expect(files).toEqual(files.toSorted(fileNameOrder));
  expect(files.every((file) => file.startsWith(above))).toBe(true);
  expect(lines.map(({ text }) => text).toSorted()).toEqual(photoIds.map((id) => `photo ${id}`).toSorted());
  const nameOf = test.catalog.connection.database.prepare('SELECT name FROM photo WHERE id = ?').pluck();
  for (const { file_name, text } of lines) {
    const name = String(nameOf.get(Number(text.slice('photo '.length))));
    expect(file_name.split('/').at(-1)).toBe(['..', 'b/c'].includes(name) ? '\ufffd' : name);
  }
});

it('leaves a photo out that is gone since the list was made, and the others keep their numbers', async () => {
  const photoIds = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => addPhoto(name, 1));
  const forget = () => test.catalog.places.delete(photoIds[1] ?? 0);
  const { text, photos } = await exported({ format: 'coco', photoIds }, forget);
  const { images, annotations } = JSON.parse(text);
  expect(photos).toBe(2);
  expect(images).toMatchObject([
    { id: 1, file_name: 'a.jpg' },
    { id: 3, file_name: 'c.jpg' },
  ]);
  expect(annotations).toMatchObject([
    { id: 1, image_id: 1, caption: `photo ${photoIds[0]}` },
    { id: 2, image_id: 3, caption: `photo ${photoIds[2]}` },
  ]);
});

it.each(['jsonl', 'csv', 'json', 'json-full', 'parquet'] as const)('leaves such a photo out of %s', async (format) => {
  const photoIds = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => addPhoto(name, 1));
  const remaining = await exported({ format, photoIds: photoIds.filter((id) => id !== photoIds[1]) });
  const forget = () => test.catalog.places.delete(photoIds[1] ?? 0);
  expect(await exported({ format, photoIds }, forget)).toEqual(remaining);
});

it('gives each photo its own key in plain JSON, however many pages there are', async () => {
  const folderId = addFolder(1, 'more');
  const photoIds = Array.from({ length: 1100 }, (_, index) =>
    addPhoto(`${index % 1000}.jpg`, index < 1000 ? 1 : folderId),
  );
  const document: unknown = JSON.parse((await exported({ format: 'json', photoIds })).text);
  const keyOf = (index: number) => (index < 1000 ? String(index) : `more/${index - 1000}`);
  expect(document).toEqual(Object.fromEntries(photoIds.map((id, index) => [keyOf(index), [`photo ${id}`]])));
});
