/**
 * @file The catalog's side of comparing with the disk: which photo is where, which one a file's content belongs to, and
 * what becomes of photos that appear, move, change, vanish and return. Main process, CLI.
 */
import path from 'node:path';
import type { FileState } from '../../photos/fileState.ts';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import { nameOrder } from '../../text/nameOrder.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { refreshPhotoText } from '../search/photoText.ts';
import { AnswerStore } from '../texts/answers.ts';
import { CaptionStore } from '../texts/captions.ts';
import type { RootState } from './roots.ts';

/** A name in a folder. */
export interface Place {
  readonly folderId: number;
  readonly name: string;
  readonly nameKey: string;
}

/** A photo's row, as far as comparing needs it. */
export interface PlacedPhoto extends Place, FileState {
  readonly id: number;
  readonly missingSinceMs: number | null;
}

/** A file whose content was read. */
export interface ReadFile extends FileState {
  readonly fingerprint: Buffer;
  /** Of all bytes; null where not all were read. */
  readonly contentSha256: Buffer | null;
}

/** A photo that may be the one whose content a file holds. */
export interface Candidate extends PlacedPhoto, ReadFile {
  /** Absolute, where its file is or was last seen. */
  readonly path: string;
  readonly rootState: RootState;
}

/** What was written about a photo: texts to be kept, as people wrote them; only such as models can write again; or none. */
export type TextsOfPhoto = 'kept' | 'replaceable' | 'none';

interface CandidateRow extends Omit<Candidate, 'path'> {
  readonly rootPath: string;
  readonly relativePath: string;
}

/** A `FileState`. */
export const stateColumns = `
  size_bytes AS sizeBytes, modified_ms AS modifiedMs, changed_ms AS changedMs, modified_ns AS modifiedNs,
  changed_ns AS changedNs, file_number AS fileNumber`;

const placedColumns = `
  photo.id AS id, folder_id AS folderId, name, name_key AS nameKey, missing_since_ms AS missingSinceMs, ${stateColumns}`;

export class PhotoPlaceStore {
  readonly #connection: CatalogConnection;
  readonly #captions: CaptionStore;
  readonly #answers: AnswerStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#captions = new CaptionStore(connection);
    this.#answers = new AnswerStore(connection);
  }

  /** The photos that are in a folder, by the keys of their names: the first `limit` after `afterKey`. */
  inFolder(folderId: number, afterKey: string, limit: number): PlacedPhoto[] {
    return this.#connection
      .prepare<[number, string, number], PlacedPhoto>(
        `SELECT ${placedColumns} FROM photo WHERE folder_id = ? AND missing_since_ms IS NULL AND name_key > ?
         ORDER BY name_key LIMIT ?`,
      )
      .all(folderId, afterKey, limit);
  }

  get(id: number): PlacedPhoto | undefined {
    return this.#connection.prepare<[number], PlacedPhoto>(`SELECT ${placedColumns} FROM photo WHERE id = ?`).get(id);
  }

  at(folderId: number, key: string): PlacedPhoto | undefined {
    return this.#connection
      .prepare<[number, string], PlacedPhoto>(
        `SELECT ${placedColumns} FROM photo WHERE folder_id = ? AND name_key = ? AND missing_since_ms IS NULL`,
      )
      .get(folderId, key);
  }

  /** The photos that went missing from this place after the time, the last one first. */
  missingAt(folderId: number, key: string, afterMs: number): PlacedPhoto[] {
    return this.#connection
      .prepare<[number, string, number], PlacedPhoto>(
        `SELECT ${placedColumns} FROM photo WHERE folder_id = ? AND name_key = ? AND missing_since_ms >= ?
         ORDER BY missing_since_ms DESC`,
      )
      .all(folderId, key, afterMs);
  }

  /** All photos with this fingerprint, in no order: there may be thousands. */
  withFingerprint(fingerprint: Buffer): number[] {
    return this.#connection
      .prepare<[Buffer], number>('SELECT id FROM photo WHERE fingerprint = ?')
      .pluck()
      .all(fingerprint);
  }

  /** The photo as one whose content a file may hold. */
  candidate(id: number): Candidate | undefined {
    const row = this.#connection
      .prepare<[number], CandidateRow>(
        `SELECT ${placedColumns}, fingerprint, content_sha256 AS contentSha256, root.state AS rootState,
           root.path AS rootPath, relative_path AS relativePath
         FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id WHERE photo.id = ?`,
      )
      .get(id);
    if (row === undefined) return undefined;
    const { rootPath, relativePath, ...rest } = row;
    return { ...rest, path: path.join(rootPath, soundPath(relativePath), soundName(row.name)) };
  }

  /** Photos with this fingerprint whose file is there, and whose texts need not be kept; that of the same name first. */
  duplicatesOf(id: number, fingerprint: Buffer): number[] {
    return this.#connection
      .prepare<[Buffer, number, number], number>(
        `SELECT id FROM photo WHERE fingerprint = ? AND missing_since_ms IS NULL AND id <> ? AND NOT ${hasKeptTexts}
         ORDER BY name_key = (SELECT name_key FROM photo WHERE id = ?) DESC, id`,
      )
      .pluck()
      .all(fingerprint, id, id);
  }

  /** Content as it was when the photo was last read. */
  contentOf(id: number): ReadFile | undefined {
    return this.#connection
      .prepare<[number], ReadFile>(
        `SELECT ${stateColumns}, fingerprint, content_sha256 AS contentSha256 FROM photo WHERE id = ?`,
      )
      .get(id);
  }

  insert(place: Place, file: ReadFile): number {
    const { lastInsertRowid } = this.#connection
      .prepare(
        `INSERT INTO photo (folder_id, name, name_key, name_folded, name_order, added_at_ms, size_bytes, modified_ms,
           changed_ms, modified_ns, changed_ns, file_number, fingerprint, content_sha256)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        place.folderId,
        place.name,
        place.nameKey,
        // As refreshPhotoText would set them: a row whose indexes are written once is written twice as fast.
        foldText(place.name),
        nameOrder(place.name),
        this.#connection.nowMs(),
        file.sizeBytes,
        file.modifiedMs,
        file.changedMs,
        file.modifiedNs,
        file.changedNs,
        file.fileNumber,
        file.fingerprint,
        file.contentSha256,
      );
    const id = Number(lastInsertRowid);
    refreshPhotoText(this.#connection, id);
    this.#connection.photoChanged(id);
    return id;
  }

  /** The photo's file is here now, with the content that it had. A photo that was missing is back. */
  move(id: number, place: Place, state: FileState): void {
    this.#connection
      .prepare(
        `UPDATE photo SET folder_id = @folderId, name = @name, name_key = @nameKey, missing_since_ms = NULL,
           details_revision = CASE WHEN ${mayChangeSidecar} THEN min(details_revision, revision - 1)
             ELSE details_revision END
         WHERE id = @id`,
      )
      .run({ id, folderId: place.folderId, name: place.name, nameKey: place.nameKey });
    this.setState(id, state);
    refreshPhotoText(this.#connection, id);
    this.#connection.photoChanged(id);
  }

  /** The file is the same as before, though its times or its entry are not. */
  setState(id: number, { sizeBytes, modifiedMs, changedMs, modifiedNs, changedNs, fileNumber }: FileState): void {
    this.#connection
      .prepare(
        `UPDATE photo SET size_bytes = ?, modified_ms = ?, changed_ms = ?, modified_ns = ?, changed_ns = ?, file_number = ?
         WHERE id = ?`,
      )
      .run(sizeBytes, modifiedMs, changedMs, modifiedNs, changedNs, fileNumber, id);
  }

  /** Other content in the same place: what was written about the old one stays, and is stale. */
  setContent(id: number, place: Place, file: ReadFile): void {
    this.#connection
      .prepare(
        `UPDATE photo SET revision = revision + 1, fingerprint = ?, content_sha256 = ?, picture_hash = NULL,
           perceptual_hash = NULL, average_colour = NULL WHERE id = ?`,
      )
      .run(file.fingerprint, file.contentSha256, id);
    this.move(id, place, file);
    this.#captions.refreshShown(id);
    this.#answers.refreshShown(id);
  }

  /** Undefined where it is not known. */
  pictureHash(id: number): Buffer | undefined {
    const hash = this.#connection
      .prepare<[number], Buffer | null>('SELECT picture_hash FROM photo WHERE id = ?')
      .pluck()
      .get(id);
    return hash ?? undefined;
  }

  /** The same picture with other metadata: texts stay as fresh as they are, and what the file says is read again. */
  setMetadata(id: number, place: Place, file: ReadFile): void {
    this.#connection
      .prepare(
        `UPDATE photo SET fingerprint = ?, content_sha256 = ?, details_revision = min(details_revision, revision - 1)
         WHERE id = ?`,
      )
      .run(file.fingerprint, file.contentSha256, id);
    this.move(id, place, file);
  }

  /** No file is at its place any more. */
  setMissing(id: number): void {
    this.#connection
      .prepare('UPDATE photo SET missing_since_ms = ? WHERE id = ? AND missing_since_ms IS NULL')
      .run(this.#connection.nowMs(), id);
    this.#connection.photoChanged(id);
  }

  /** The photo goes on living where an equal one is, which leaves the catalog with what was written about it. */
  takeDuplicatesPlace(id: number, duplicate: Candidate): void {
    this.delete(duplicate.id);
    this.move(id, duplicate, duplicate);
  }

  /**
   * Photos that went missing before the time and of which nothing is worth keeping, by id: the first `limit` after
   * `afterId`.
   */
  expired(beforeMs: number, afterId: number, limit: number): number[] {
    return this.#connection
      .prepare<[number, number, number], number>(
        `SELECT id FROM photo WHERE missing_since_ms < ? AND id > ? AND NOT ${hasKeptTexts} ORDER BY id LIMIT ?`,
      )
      .pluck()
      .all(beforeMs, afterId, limit);
  }

  /** The photo leaves the catalog with all that was written about it. */
  delete(id: number): void {
    this.#connection.prepare('DELETE FROM photo WHERE id = ?').run(id);
    refreshPhotoText(this.#connection, id);
    this.#connection.photoChanged(id);
  }

  /** Whether anything was written about the photo, by whomever. */
  hasTexts(id: number): boolean {
    return (
      this.#connection.prepare<[number], number>(`SELECT ${hasTexts} FROM photo WHERE id = ?`).pluck().get(id) === 1
    );
  }

  textsOf(id: number): TextsOfPhoto {
    const isKept = this.#connection
      .prepare<[number], number>(`SELECT ${hasKeptTexts} FROM photo WHERE id = ?`)
      .pluck()
      .get(id);
    if (isKept === 1) return 'kept';
    return this.hasTexts(id) ? 'replaceable' : 'none';
  }
}

/**
 * What people wrote or approved, and what was imported: people may have written it elsewhere. That a text was removed
 * can be undone.
 */
const hasKeptTexts = `(
  EXISTS (SELECT 1 FROM caption WHERE photo_id = photo.id AND source <> 'model')
  OR EXISTS (SELECT 1 FROM answer WHERE photo_id = photo.id AND source <> 'model')
  OR EXISTS (SELECT 1 FROM photo_tag WHERE photo_id = photo.id AND source <> 'model')
  OR EXISTS (SELECT 1 FROM approval WHERE photo_id = photo.id)
  OR EXISTS (SELECT 1 FROM conversation WHERE photo_id = photo.id))`;

/** It has another place than before, and there are sidecars at one of the two. */
const mayChangeSidecar = `problem_code IS NULL AND (folder_id <> @folderId OR name <> @name OR missing_since_ms IS NOT NULL)
  AND EXISTS (SELECT 1 FROM sidecar WHERE sidecar.folder_id IN (photo.folder_id, @folderId))`;

const hasTexts = `(
  ${hasKeptTexts}
  OR EXISTS (SELECT 1 FROM caption WHERE photo_id = photo.id)
  OR EXISTS (SELECT 1 FROM answer WHERE photo_id = photo.id)
  OR EXISTS (SELECT 1 FROM photo_tag WHERE photo_id = photo.id))`;
