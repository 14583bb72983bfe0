/** @file The photos: where they are, what is known of their files, and which of them are still to be read. Main process, CLI. */
import path from 'node:path';
import type { Problem } from '../../../../schemas/problem.ts';
import type { FileState } from '../../photos/fileState.ts';
import { soundName, soundPath } from '../../photos/soundNames.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { factsText, storedProblem } from '../problems.ts';
import { AnswerStore } from '../texts/answers.ts';
import { CaptionStore } from '../texts/captions.ts';
import { FileInfoStore, nothingRead, type ReadFileInfo } from './fileInfo.ts';
import { type DetailsRow, detailsOf, type PhotoDetails, setDetailsSql } from './photoDetails.ts';
import { stateColumns } from './photoPlaces.ts';
import type { RootState } from './roots.ts';

export interface Photo {
  readonly id: number;
  readonly rootId: number;
  readonly folderId: number;
  /** Absolute; where it is, or was last seen. */
  readonly path: string;
  /** From its root, parts joined by '/'. */
  readonly relativePath: string;
  readonly name: string;
  /** `offline`: it cannot be reached now, and is kept as it is. */
  readonly rootState: RootState;
  readonly missingSinceMs: number | undefined;
  readonly addedAtMs: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Grows when the content changes; texts of earlier revisions are stale. */
  readonly revision: number;
  /** Hexadecimal; of the content. Thumbnails are kept under it. */
  readonly fingerprint: string;
  /** Hexadecimal; undefined until all bytes were read. */
  readonly contentSha256: string | undefined;
  /** What the file says of itself; undefined until it was read. */
  readonly details: PhotoDetails | undefined;
  /** Why the file could not be read. */
  readonly problem: Problem | undefined;
}

/** What is needed to open a photo's file and to store what was read from it. */
export interface DuePhoto extends FileState {
  readonly id: number;
  readonly path: string;
  readonly revision: number;
  readonly fingerprint: string;
}

/** What reading a photo's file came to. */
export type PhotoRead = Pick<DuePhoto, 'id' | 'revision'> &
  ({ readonly details: PhotoDetails; readonly info: ReadFileInfo } | { readonly problem: Problem });

export interface RootCounts {
  readonly rootId: number;
  readonly photos: number;
  readonly missing: number;
  readonly sizeBytes: number;
}

interface PlaceColumns {
  readonly root_path: string;
  readonly relative_path: string;
  readonly name: string;
}

interface PhotoRow extends PlaceColumns, DetailsRow {
  readonly id: number;
  readonly root_id: number;
  readonly root_state: RootState;
  readonly folder_id: number;
  readonly missing_since_ms: number | null;
  readonly added_at_ms: number;
  readonly size_bytes: number;
  readonly modified_ms: number;
  readonly fingerprint: Buffer;
  readonly content_sha256: Buffer | null;
}

interface DueRow extends PlaceColumns, FileState {
  readonly id: number;
  readonly revision: number;
  readonly fingerprint: Buffer;
}

const withPlace = `
  root.id AS root_id, root.state AS root_state, root.path AS root_path, folder.relative_path AS relative_path
  FROM photo JOIN folder ON folder.id = photo.folder_id JOIN root ON root.id = folder.root_id`;

/** What a small copy of a picture tells. */
export interface PhotoLooks {
  /** 8 bytes; empty for a picture that is like no other. */
  readonly hash: Buffer;
  /** 0xRRGGBB. */
  readonly averageColour: number;
}

export class PhotoStore {
  readonly #connection: CatalogConnection;
  readonly #fileInfo: FileInfoStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#fileInfo = new FileInfoStore(connection);
  }

  /** @throws CatalogError NO_SUCH_PHOTO */
  get(id: number): Photo {
    const photo = this.find(id);
    if (photo === undefined) {
      throw new CatalogError('NO_SUCH_PHOTO', `The catalog has no photo ${id}.`, { photoId: id });
    }
    return photo;
  }

  find(id: number): Photo | undefined {
    const row = this.#connection.prepare<[number], PhotoRow>(`SELECT photo.*, ${withPlace} WHERE photo.id = ?`).get(id);
    return row === undefined ? undefined : photoOf(row);
  }

  /** Absolute. @throws CatalogError NO_SUCH_PHOTO */
  photoFile(id: number): string {
    const row = this.#connection
      .prepare<[number], PlaceColumns>(`SELECT photo.name AS name, ${withPlace} WHERE photo.id = ?`)
      .get(id);
    return row === undefined ? this.get(id).path : placePath(row);
  }

  /** Ids of what is in the folder and, where asked for, below it; missing photos left out. By id. */
  idsIn(folderId: number, options: { readonly below?: boolean } = {}): number[] {
    return this.#connection
      .prepare<[{ folderId: number; below: number }], number>(
        `WITH RECURSIVE inside (id) AS (
           SELECT @folderId UNION ALL SELECT folder.id FROM folder JOIN inside ON folder.parent_id = inside.id WHERE @below
         )
         SELECT id FROM photo WHERE folder_id IN inside AND missing_since_ms IS NULL ORDER BY id`,
      )
      .pluck()
      .all({ folderId, below: Number(options.below ?? false) });
  }

  /** Of every root that has photos. Reads all of them: for a reader thread, or a command. */
  counts(): RootCounts[] {
    return this.#connection
      .prepare<[], RootCounts>(
        `SELECT root_id AS rootId, count(*) FILTER (WHERE missing_since_ms IS NULL) AS photos,
           count(missing_since_ms) AS missing,
           coalesce(sum(size_bytes) FILTER (WHERE missing_since_ms IS NULL), 0) AS sizeBytes
         FROM photo JOIN folder ON folder.id = folder_id GROUP BY root_id ORDER BY root_id`,
      )
      .all();
  }

  /** Photos whose file was not read since it last changed, and can be reached; by id, after `afterId`. */
  withoutDetails(afterId: number, limit: number): DuePhoto[] {
    return this.#due('photo_undetailed', 'details_revision < revision', afterId, limit);
  }

  /** Photos of whose content not all bytes were read yet, and that can be reached; by id, after `afterId`. */
  withoutContentHash(afterId: number, limit: number): DuePhoto[] {
    return this.#due('photo_unhashed', 'content_sha256 IS NULL', afterId, limit);
  }

  /** Photos of which no hash of the picture is known, and that can be reached; by id, after `afterId`. */
  withoutPictureHash(afterId: number, limit: number, options: { readonly captioned: boolean }): DuePhoto[] {
    const condition = options.captioned
      ? `picture_hash IS NULL AND (shown_caption_id IS NOT NULL OR EXISTS (
           SELECT 1 FROM caption WHERE photo_id = photo.id AND kind <> 'caption' AND removed_run_id IS NULL))`
      : 'picture_hash IS NULL';
    return this.#due('photo_unpictured', condition, afterId, limit);
  }

  /** Photos that were read, and whose pictures were not looked at yet; by id, after `afterId`. */
  withoutLooks(afterId: number, limit: number): DuePhoto[] {
    const isRead = 'details_revision = revision AND problem_code IS NULL';
    return this.#due('photo_unlooked', `average_colour IS NULL AND ${isRead}`, afterId, limit);
  }

  /** How many files are still to be read, or to be read again. */
  countWithoutDetails(): number {
    return this.#connection.value<number>(
      `SELECT count(*) FROM photo INDEXED BY photo_undetailed
         JOIN folder ON folder.id = photo.folder_id JOIN root ON root.id = folder.root_id
       WHERE details_revision < revision AND missing_since_ms IS NULL AND root.state = 'online'`,
    );
  }

  /** Work lists are short once they were processed, and so are their indexes; SQLite does not know that. */
  #due(index: string, condition: string, afterId: number, limit: number): DuePhoto[] {
    // Else all that lies on a drive that is away would be looked through in vain.
    const isAnyOnline =
      this.#connection.prepare(`SELECT 1 FROM root WHERE state = 'online' LIMIT 1`).get() !== undefined;
    if (!isAnyOnline) return [];
    return this.#connection
      .prepare<[number, number], DueRow>(
        `SELECT photo.id AS id, photo.name AS name, revision, ${stateColumns}, fingerprint, root.path AS root_path,
           folder.relative_path AS relative_path
         FROM photo INDEXED BY ${index} JOIN folder ON folder.id = photo.folder_id JOIN root ON root.id = folder.root_id
         WHERE ${condition} AND missing_since_ms IS NULL AND root.state = 'online' AND photo.id > ?
         ORDER BY photo.id LIMIT ?`,
      )
      .all(afterId, limit)
      .map(({ root_path, relative_path, name, fingerprint, ...row }) => ({
        ...row,
        path: placePath({ root_path, relative_path, name }),
        fingerprint: fingerprint.toString('hex'),
      }));
  }

  /** Stores what was read from the file. Returns false, and stores nothing, when the file changed since. */
  setDetails(id: number, revision: number, details: PhotoDetails, read: ReadFileInfo = nothingRead): boolean {
    return this.#connection.write(() => {
      const isTurned = this.#isTurnedAnew(id, details.orientation);
      const values = { ...details, problemCode: null, problemMessage: null, problemFacts: null };
      const isStored = this.#store(id, revision, setDetailsSql, values);
      if (isStored) this.#fileInfo.set(id, read);
      if (isStored && isTurned) this.#setTurned(id);
      return isStored;
    });
  }

  /** Several in one transaction, as `setDetails` and `setProblem`: what changed is told once. */
  setRead(photos: readonly PhotoRead[]): void {
    this.#connection.write(() => {
      for (const { id, revision, ...read } of photos) {
        if ('problem' in read) this.setProblem(id, revision, read.problem);
        else this.setDetails(id, revision, read.details, read.info);
      }
    });
  }

  /** Whether the picture's data stayed, but is to be shown another way up: that is an edit of what is seen. */
  #isTurnedAnew(id: number, orientation: number | null): boolean {
    const row = this.#connection
      .prepare<[number], { orientation: number | null }>(
        `SELECT orientation FROM photo
         WHERE id = ? AND picture_hash IS NOT NULL AND format IS NOT NULL AND details_revision < revision`,
      )
      .get(id);
    return row !== undefined && (row.orientation ?? 1) !== (orientation ?? 1);
  }

  #setTurned(id: number): void {
    this.#connection
      .prepare(
        `UPDATE photo SET revision = revision + 1, details_revision = revision + 1, perceptual_hash = NULL,
           average_colour = NULL WHERE id = ?`,
      )
      .run(id);
    new CaptionStore(this.#connection).refreshShown(id);
    new AnswerStore(this.#connection).refreshShown(id);
  }

  /** The file cannot be read, and why. It is tried again when it changes. Returns false when it changed since. */
  setProblem(id: number, revision: number, problem: Problem): boolean {
    return this.#store(
      id,
      revision,
      `UPDATE photo SET details_revision = @revision, problem_code = @code, problem_message = @message,
         problem_facts = @facts
       WHERE id = @id AND revision = @revision`,
      { code: problem.code, message: problem.message, facts: factsText(problem) },
    );
  }

  /** Why what has these bytes cannot be read; undefined where nothing is known against it. @param fingerprint hexadecimal */
  problemOf(fingerprint: string): Problem | undefined {
    const row = this.#connection
      .prepare<[Buffer], Pick<DetailsRow, 'problem_code' | 'problem_message' | 'problem_facts'>>(
        `SELECT problem_code, problem_message, problem_facts FROM photo
         WHERE fingerprint = ? AND problem_code IS NOT NULL AND details_revision = revision LIMIT 1`,
      )
      .get(Buffer.from(fingerprint, 'hex'));
    return row && storedProblem(row.problem_code, row.problem_message, row.problem_facts);
  }

  /** What has these bytes cannot be read, wherever it lies; as for `setProblem`. @param fingerprint hexadecimal */
  setProblemOf(fingerprint: string, problem: Problem): void {
    const photos = this.#connection
      .prepare<[Buffer], { id: number; revision: number }>('SELECT id, revision FROM photo WHERE fingerprint = ?')
      .all(Buffer.from(fingerprint, 'hex'));
    this.#connection.write(() => {
      for (const { id, revision } of photos) this.setProblem(id, revision, problem);
    });
  }

  setContentSha256(id: number, revision: number, sha256: Buffer): boolean {
    return this.#store(
      id,
      revision,
      'UPDATE photo SET content_sha256 = @sha256 WHERE id = @id AND revision = @revision',
      { sha256 },
    );
  }

  /** @param fingerprint hexadecimal, of the content that was read */
  setPictureHash(id: number, revision: number, fingerprint: string, hash: Buffer): boolean {
    return this.#store(
      id,
      revision,
      `UPDATE photo SET picture_hash = @hash WHERE id = @id AND revision = @revision AND fingerprint = @fingerprint`,
      { hash, fingerprint: Buffer.from(fingerprint, 'hex') },
    );
  }

  setLooks(id: number, revision: number, { hash, averageColour }: PhotoLooks): boolean {
    return this.#store(
      id,
      revision,
      `UPDATE photo SET perceptual_hash = @hash, average_colour = @averageColour
       WHERE id = @id AND revision = @revision`,
      { hash, averageColour },
    );
  }

  #store(id: number, revision: number, sql: string, values: Readonly<Record<string, unknown>>): boolean {
    return this.#connection.write(() => {
      const { changes } = this.#connection.prepare(sql).run({ ...values, id, revision });
      if (changes > 0) this.#connection.photoChanged(id);
      return changes > 0;
    });
  }
}

function placePath({ root_path, relative_path, name }: PlaceColumns): string {
  return path.join(root_path, soundPath(relative_path), soundName(name));
}

function photoOf(row: PhotoRow): Photo {
  return {
    id: row.id,
    rootId: row.root_id,
    folderId: row.folder_id,
    path: placePath(row),
    relativePath: soundPath(row.relative_path === '' ? row.name : `${row.relative_path}/${row.name}`),
    name: row.name,
    rootState: row.root_state,
    missingSinceMs: row.missing_since_ms ?? undefined,
    addedAtMs: row.added_at_ms,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    revision: row.revision,
    fingerprint: row.fingerprint.toString('hex'),
    contentSha256: row.content_sha256?.toString('hex'),
    ...detailsOf(row),
  };
}
