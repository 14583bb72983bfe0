/** @file What a search finds a photo by: words of its name, captions, alt texts, answers and tags, and of what its file says. Kept in step by the stores. */
import type { TextKind } from '../../../../schemas/text.ts';
import { nameOrder } from '../../text/nameOrder.ts';
import { foldText, searchableText } from '../../text/searchableText.ts';
import { stemOf, writtenWords } from '../../text/wordStems.ts';
import type { CatalogConnection } from '../connection.ts';

interface PhotoTextRow {
  readonly name: string;
  readonly nameFolded: string | null;
  readonly nameOrder: string | null;
  readonly captions: string | null;
  readonly altTexts: string | null;
  readonly longDescriptions: string | null;
  readonly answers: string | null;
  readonly answeredAtMs: number | null;
  readonly tags: string | null;
  readonly tagCount: number;
  /** As the photo's row has them. */
  readonly storedTagCount: number;
  readonly storedAnsweredAtMs: number | null;
  /** What its file says. */
  readonly titles: string | null;
  readonly fileTexts: string | null;
  readonly keywords: string | null;
  readonly people: string | null;
  readonly places: string | null;
}

/** To be raised whenever a photo is found by other texts, or `foldText`, `searchableText` or `stemOf` make something else of one. */
const textVersion = 3;

/**
 * Makes anew what the photo is found by, from what the catalog says now, or takes it away with the photo. To be called
 * in the transaction that changed its name, captions, answers or tags, or what its file says: it is made as that ends.
 */
export function refreshPhotoText(connection: CatalogConnection, photoId: number): void {
  connection.beforeCommit(`photoText ${photoId}`, () => makePhotoText(connection, photoId));
}

function makePhotoText(connection: CatalogConnection, photoId: number): void {
  const row = connection.prepare<[number], PhotoTextRow>(textsOfPhoto).get(photoId);
  if (row === undefined) {
    connection.prepare<[number]>('DELETE FROM photo_text WHERE rowid = ?').run(photoId);
    return;
  }
  storeText(connection, photoId, row, storedWords(connection));
}

/** How many photos are found by what an earlier version made of their texts, or by nothing yet; undefined where none can be. */
export function photosWithOldText(connection: CatalogConnection): number | undefined {
  const version = connection.prepare<[], number>(`SELECT version FROM derived WHERE name = 'photo_text'`).pluck().get();
  if (version === textVersion) return undefined;
  return connection.value<number>('SELECT count(*) FROM photo');
}

/** Makes anew what all photos are found by: some ten seconds for 100,000. All of it or, when the process ends, nothing. */
export function rebuildPhotoText(connection: CatalogConnection): void {
  connection.write(() => {
    connection.database.exec(`INSERT INTO photo_text (photo_text) VALUES ('delete-all'); DELETE FROM photo_word;`);
    const words = new Set<string>();
    const ids = connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
    const texts = connection.prepare<[number], PhotoTextRow>(textsOfPhoto);
    for (const id of ids) {
      const row = texts.get(id);
      if (row !== undefined) storeText(connection, id, row, words);
    }
    connection
      .prepare<[number]>(
        `INSERT INTO derived (name, version) VALUES ('photo_text', ?)
         ON CONFLICT (name) DO UPDATE SET version = excluded.version`,
      )
      .run(textVersion);
  });
}

/** Which words the catalog has already. */
interface KnownWords {
  has(word: string): boolean;
  add(word: string): unknown;
}

function storedWords(connection: CatalogConnection): KnownWords {
  const find = connection.prepare<[string]>('SELECT 1 FROM photo_word WHERE word = ?');
  return { has: (word) => find.get(word) !== undefined, add: () => {} };
}

function storeText(connection: CatalogConnection, photoId: number, row: PhotoTextRow, known: KnownWords): void {
  const file = [row.fileTexts, row.keywords, row.people, row.places].filter((text) => text !== null);
  const written = [
    row.name,
    row.captions,
    row.answers,
    row.tags,
    row.titles,
    file.join(unitSeparator),
    row.altTexts,
    row.longDescriptions,
  ];
  const texts = written.map(indexed);
  connection
    .prepare(
      `INSERT OR REPLACE INTO photo_text (rowid, name, caption, answer, tag, title, file, alt, description)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(photoId, ...texts);
  storeWords(connection, texts.join(' '), written.join(' '), known);
  const [folded, order] = [foldText(row.name), nameOrder(row.name)];
  // A statement that may write to photos takes longer than all of this, even where it finds none.
  const isSame =
    row.nameFolded === folded &&
    row.nameOrder === order &&
    row.storedTagCount === row.tagCount &&
    row.storedAnsweredAtMs === row.answeredAtMs;
  if (isSame) return;
  connection
    .prepare('UPDATE photo SET name_folded = ?, name_order = ?, tag_count = ?, answered_at_ms = ? WHERE id = ?')
    .run(folded, order, row.tagCount, row.answeredAtMs, photoId);
}

function storeWords(connection: CatalogConnection, words: string, texts: string, known: KnownWords): void {
  const insert = connection.prepare<[string, string | null]>('INSERT INTO photo_word (word, stem) VALUES (?, ?)');
  let written: Map<string, string> | undefined;
  for (const word of new Set(words.split(' '))) {
    if (word === '' || word === border || known.has(word)) continue;
    written ??= writtenWords(texts);
    insert.run(word, stemOf(word, written.get(word) ?? word));
    known.add(word);
  }
}

/** Between texts as SQL joins them: `char(31)`. A text that has it is only divided once more. */
const unitSeparator = '\u001f';

/** Between texts in the index, so that no phrase begins in one and ends in the next: a word that no text has. */
const border = '\u{ffffd}';

function indexed(texts: string | null): string {
  return texts === null ? '' : texts.split(unitSeparator).map(searchableText).join(` ${border} `);
}

const textsOfKind = (kind: TextKind) => `(
  SELECT group_concat(text, char(31)) FROM caption
  WHERE photo_id = photo.id AND kind = '${kind}' AND removed_run_id IS NULL)`;

/** The shown caption is one of the live ones. */
const textsOfPhoto = `
  SELECT name, name_folded AS nameFolded, name_order AS nameOrder, tag_count AS storedTagCount,
    answered_at_ms AS storedAnsweredAtMs,
    ${textsOfKind('caption')} AS captions, ${textsOfKind('altText')} AS altTexts,
    ${textsOfKind('longDescription')} AS longDescriptions,
    (SELECT group_concat(text, char(31)) FROM answer WHERE photo_id = photo.id AND removed_run_id IS NULL) AS answers,
    (SELECT max(created_at_ms) FROM answer WHERE photo_id = photo.id AND removed_run_id IS NULL) AS answeredAtMs,
    (SELECT group_concat(path, char(31)) FROM tag WHERE id IN (
      SELECT tag_id FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL)) AS tags,
    (SELECT count(DISTINCT tag_id) FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL) AS tagCount,
    (SELECT group_concat(text, char(31)) FROM file_text WHERE photo_id = photo.id AND kind = 'title') AS titles,
    (SELECT group_concat(text, char(31)) FROM file_text WHERE photo_id = photo.id AND kind NOT IN ('title', 'label'))
      AS fileTexts,
    (SELECT group_concat(path, char(31)) FROM file_keyword WHERE photo_id = photo.id) AS keywords,
    (SELECT group_concat(name, char(31)) FROM file_person WHERE photo_id = photo.id) AS people,
    (SELECT group_concat(concat_ws(char(31), sublocation, city, state, country), char(31)) FROM file_place
      WHERE photo_id = photo.id) AS places
  FROM photo WHERE id = ?`;
