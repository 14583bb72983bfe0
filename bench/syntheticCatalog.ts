/** @file Fills a catalog with made-up photos, texts and tags, as fast as SQLite takes them, for the search benchmark. */
import type { CatalogConnection } from '../main/library/catalog/connection.ts';
import { refreshPhotoText } from '../main/library/catalog/search/photoText.ts';
import { randomNumbers } from '../test/support/randomNumbers.ts';

const syllables = ['ba', 'ko', 'li', 'mu', 'na', 'pe', 'ri', 'so', 'ta', 'vu', 'we', 'zi', 'dra', 'ste', 'fol', 'gar'];
const wordCount = 8000;
const photosPerFolder = 50;
const batch = 2000;

/** Word 0 is the most frequent; word `n` is about `n` times as rare. */
export function syntheticWord(rank: number): string {
  let word = '';
  let rest = rank + 16;
  while (rest > 0) {
    word += syllables[rest % syllables.length];
    rest = Math.floor(rest / syllables.length);
  }
  return word;
}

export function fillCatalog(connection: CatalogConnection, photoCount: number): void {
  const random = randomNumbers(6);
  connection.write(() => fillPlaces(connection, Math.ceil(photoCount / photosPerFolder)));
  for (let first = 1; first <= photoCount; first += batch) {
    connection.write(() => {
      for (let id = first; id < Math.min(first + batch, photoCount + 1); id += 1) {
        addPhoto(connection, id, random);
        refreshPhotoText(connection, id);
      }
    });
  }
  connection.database.exec('ANALYZE');
}

function fillPlaces(connection: CatalogConnection, folders: number): void {
  connection
    .prepare(
      `INSERT INTO root (id, path, path_key, name_rule, watched, added_at_ms) VALUES (1, '/photos', '/photos', 'exact', 1, 0)`,
    )
    .run();
  const addFolder = connection.prepare(
    'INSERT INTO folder (id, root_id, relative_path, path_key) VALUES ($id, 1, $path, $path)',
  );
  for (let id = 1; id <= folders; id += 1) {
    addFolder.run({ id, path: `${2005 + (id % 20)}/${syntheticWord(id % 100)}/day ${id}` });
  }
  for (const [index, model] of ['blip-base', 'blip2-flan-t5-xl', 'instructblip-vicuna-7b'].entries()) {
    connection
      .prepare(
        `INSERT INTO run (id, kind, description, state, model, created_at_ms)
         VALUES (?, 'caption', '{"kind":"caption","preset":"caption"}', 'done', ?, 0)`,
      )
      .run(index + 1, JSON.stringify({ id: model, sha256: String(index).repeat(64), precision: 'fp32' }));
  }
  for (const [index, text] of ['is it indoors', 'how many people are there'].entries()) {
    connection
      .prepare('INSERT INTO question (id, text, text_key) VALUES ($id, $text, $text)')
      .run({ id: index + 1, text });
  }
  for (let id = 1; id <= 300; id += 1) {
    const path = `${syntheticWord(id % 10)}/${syntheticWord(id)}`;
    connection
      .prepare('INSERT INTO tag (id, name, path, path_key) VALUES ($id, $path, $path, $path)')
      .run({ id, path });
  }
}

const fingerprint = Buffer.alloc(32, 7);
const dayMs = 24 * 60 * 60 * 1000;
const firstMs = Date.UTC(2005, 0, 1);
const lastMs = Date.UTC(2024, 0, 1);

function addPhoto(connection: CatalogConnection, id: number, random: () => number): void {
  const chance = (probability: number) => random() < probability;
  const below = (limit: number) => Math.floor(random() * limit);
  const rank = (count: number) => Math.floor(count ** random()) - 1;
  const takenMs = firstMs + below(lastMs - firstMs);
  const portrait = chance(0.3);
  const captioned = chance(0.9);
  connection
    .prepare(
      `INSERT INTO photo (id, folder_id, name, name_key, added_at_ms, size_bytes, modified_ms, fingerprint,
         content_sha256, details_revision, format, width, height, orientation, taken_local, taken_at_ms, latitude,
         longitude, camera_make, camera_model, lens, iso, exposure_s, aperture, focal_length_mm, rating)
       VALUES ($id, $folder, $name, $name, $added, $size, $taken, $fingerprint, $fingerprint, 1, $format, $width, $height,
         1, $local, $taken, $latitude, $longitude, $make, $model, $lens, $iso, $exposure, $aperture, $focal, $rating)`,
    )
    .run({
      id,
      folder: Math.ceil(id / photosPerFolder),
      name: `IMG_${id}.JPG`,
      added: lastMs + id * 1000,
      size: below(12e6),
      taken: takenMs,
      fingerprint,
      format: chance(0.05) ? 'heic' : 'jpeg',
      width: portrait ? 3000 : 4000,
      height: portrait ? 4000 : 3000,
      local: new Date(takenMs).toISOString().slice(0, 19),
      latitude: chance(0.3) ? random() * 120 - 60 : null,
      longitude: random() * 360 - 180,
      make: `Maker ${below(5)}`,
      model: `Camera ${below(20)}`,
      lens: `${below(30) * 10} mm`,
      iso: 100 * 2 ** below(8),
      exposure: 1 / 2 ** below(12),
      aperture: 1.4 + below(10),
      focal: below(200),
      rating: chance(0.2) ? below(6) : null,
    });
  if (captioned) {
    const words = Array.from({ length: 9 }, () => syntheticWord(rank(wordCount)));
    const isHuman = chance(0.05);
    const itm = chance(0.8) ? random() : null;
    const run = 1 + below(3);
    const { lastInsertRowid } = connection
      .prepare(
        `INSERT INTO caption (photo_id, text, source, run_id, photo_revision, itm, created_at_ms) VALUES (?, ?, ?, ?, 1, ?, 0)`,
      )
      .run(id, `a photo of ${words.join(' ')}s`, isHuman ? 'human' : 'model', run, itm);
    connection
      .prepare(
        `UPDATE photo SET shown_caption_id = ?, shown_source = ?, shown_itm = ?, shown_doubtful = ?, shown_revision = 1 WHERE id = ?`,
      )
      .run(lastInsertRowid, isHuman ? 'human' : 'model', itm, itm === null ? null : Number(itm < 0.1), id);
  }
  for (const question of [1, 2]) {
    if (!chance(0.6)) continue;
    const text = question === 1 ? (chance(0.6) ? 'yes' : 'no') : String(below(8));
    connection
      .prepare(
        `INSERT INTO answer (photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, created_at_ms)
         VALUES ($id, $question, $text, $text, 'model', 1, 1, 1, $answered)`,
      )
      .run({ id, question, text, answered: takenMs + dayMs });
  }
  for (const tag of new Set([rank(300), rank(300)])) {
    connection
      .prepare(`INSERT INTO photo_tag (photo_id, tag_id, source, run_id, created_at_ms) VALUES (?, ?, 'model', 1, 0)`)
      .run(id, tag + 1);
  }
}

/** A quarter has a person, a third a place. */
export function fillNames(connection: CatalogConnection): void {
  connection.write(() =>
    connection.database.exec(`
      INSERT INTO file_person (photo_id, position, name, property)
        SELECT id, 0, 'Person ' || (id * 7919 % 200), 'XMP-mwg-rs:RegionName' FROM photo WHERE id % 4 = 0;
      INSERT INTO file_place (photo_id, position, kind, city, country, property)
        SELECT id, 0, 'located', 'Town ' || (id * 7919 % 500), 'Country ' || (id * 7919 % 50), 'XMP-photoshop:City'
        FROM photo WHERE id % 3 = 0;
      UPDATE photo SET shown_rating = rating;
      ANALYZE;`),
  );
}

/** Random hashes; the two photos after every tenth have its hash, and were taken with it. */
export function makeBursts(connection: CatalogConnection): void {
  connection.database.exec(`
    UPDATE photo SET perceptual_hash = randomblob(8);
    UPDATE photo SET (perceptual_hash, taken_at_ms, taken_local, camera_make, camera_model) = (
      SELECT perceptual_hash, taken_at_ms, taken_local, camera_make, camera_model FROM photo AS first
      WHERE first.id = photo.id - photo.id % 10)
    WHERE id % 10 IN (1, 2) AND id > 10`);
}
