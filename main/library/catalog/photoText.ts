/** @file What a search finds a photo by: words of its name, captions, answers and tags. Kept in step by the stores. */
import { nameOrder } from '../search/nameOrder.ts';
import { foldText, searchableText } from '../search/searchableText.ts';
import type { CatalogConnection } from './connection.ts';

interface PhotoTextRow {
  readonly name: string;
  readonly captions: string | null;
  readonly answers: string | null;
  readonly answeredAtMs: number | null;
  readonly tags: string | null;
  readonly tagCount: number;
}

/**
 * Makes anew what the photo is found by, from what the catalog says now, or takes it away with the photo. To be called
 * in the transaction that changed its name, captions, answers or tags.
 */
export function refreshPhotoText(connection: CatalogConnection, photoId: number): void {
  const row = connection.prepare<[number], PhotoTextRow>(textsOfPhoto).get(photoId);
  if (row === undefined) {
    connection.prepare<[number]>('DELETE FROM photo_text WHERE rowid = ?').run(photoId);
    return;
  }
  const texts = [row.name, row.captions, row.answers, row.tags].map(indexed);
  connection
    .prepare('INSERT OR REPLACE INTO photo_text (rowid, name, caption, answer, tag) VALUES (?, ?, ?, ?, ?)')
    .run(photoId, ...texts);
  const insertWord = connection.prepare<[string]>('INSERT OR IGNORE INTO photo_word (word) VALUES (?)');
  for (const word of new Set(texts.join(' ').split(' '))) {
    if (word !== '' && word !== border) insertWord.run(word);
  }
  connection
    .prepare(
      `UPDATE photo SET name_folded = $folded, name_order = $order, tag_count = $tagCount, answered_at_ms = $answeredAtMs
       WHERE id = $id AND (name_folded IS NOT $folded OR name_order IS NOT $order OR tag_count <> $tagCount
         OR answered_at_ms IS NOT $answeredAtMs)`,
    )
    .run({
      id: photoId,
      folded: foldText(row.name),
      order: nameOrder(row.name),
      tagCount: row.tagCount,
      answeredAtMs: row.answeredAtMs,
    });
}

/** Between texts as SQL joins them: `char(31)`. A text that has it is only divided once more. */
const unitSeparator = '\u001f';

/** Between texts in the index, so that no phrase begins in one and ends in the next: a word that no text has. */
const border = '\u{ffffd}';

function indexed(texts: string | null): string {
  return texts === null ? '' : texts.split(unitSeparator).map(searchableText).join(` ${border} `);
}

/** The shown caption is one of the live ones. */
const textsOfPhoto = `
  SELECT name,
    (SELECT group_concat(text, char(31)) FROM caption WHERE photo_id = photo.id AND removed_run_id IS NULL)
      AS captions,
    (SELECT group_concat(text, char(31)) FROM answer WHERE photo_id = photo.id AND removed_run_id IS NULL) AS answers,
    (SELECT max(created_at_ms) FROM answer WHERE photo_id = photo.id AND removed_run_id IS NULL) AS answeredAtMs,
    (SELECT group_concat(path, char(31)) FROM tag WHERE id IN (
      SELECT tag_id FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL)) AS tags,
    (SELECT count(DISTINCT tag_id) FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL) AS tagCount
  FROM photo WHERE id = ?`;
