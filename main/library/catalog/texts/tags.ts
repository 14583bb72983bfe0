/** @file Tags: a tree of names, and which photo has which, from whom. */

import type { Source } from '../../../../schemas/provenance.ts';
import { caselessKey, tidied } from '../../text/textKeys.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import { refreshPhotoText } from '../search/photoText.ts';
import { isElsewhere } from './actRank.ts';
import { type Approval, ApprovalStore, liveApproval } from './approvals.ts';

export interface Tag {
  readonly id: number;
  /** `places/France`; a flat tag's path is its name. */
  readonly path: string;
  /** Photos that have it, apart from missing ones. */
  readonly photos: number;
  /** Of the closed vocabulary that models choose from. */
  readonly inVocabulary: boolean;
}

export interface PhotoTag {
  readonly id: number;
  readonly photoId: number;
  readonly path: string;
  readonly source: Source;
  /** 0 to 1, of a model. */
  readonly confidence: number | undefined;
  readonly runId: number;
  /** The run whose model gave it; another than `runId` where it was renamed, or made from an answer. */
  readonly authorRunId: number;
  /** Of that run. */
  readonly modelId: string | undefined;
  /** A person said that it is right: when, and in which run. */
  readonly approval: Approval | undefined;
  /** A person gave or approved it here, and not only in another library: it stays where an import is undone. */
  readonly isOfPersonHere: boolean;
}

export interface NewPhotoTag {
  readonly path: string;
  readonly source: Source;
  readonly confidence?: number | undefined;
  /** The run whose model gave it, where another one brings it here. */
  readonly authorRunId?: number | undefined;
  /** When it was given, where that was in another library. */
  readonly createdAtMs?: number | undefined;
  /** A person approves it, now or, of a tag that takes the place of an approved one, then. */
  readonly approvedAtMs?: number | 'now' | undefined;
}

interface PhotoTagRow {
  readonly id: number;
  readonly photo_id: number;
  readonly path: string;
  readonly source: Source;
  readonly confidence: number | null;
  readonly run_id: number;
  readonly author_run_id: number | null;
  readonly model_id: string | null;
  readonly approved_run_id: number | null;
  readonly approved_at_ms: number | null;
  readonly is_of_person_here: number;
}

const maxPath = 1000;

export class TagStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #approvals: ApprovalStore;
  #respellings = 0;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#approvals = new ApprovalStore(connection);
  }

  /** The tag's id, made with the tags above it where it is new. @throws CatalogError TAG_NAME_INVALID */
  idOf(path: string): number {
    return this.#connection.write(() => {
      let id: number | null = null;
      let above = '';
      for (const name of tagNames(path)) {
        above = above === '' ? name : `${above}/${name}`;
        this.#connection
          .prepare<[number | null, string, string, string]>(
            `INSERT INTO tag (parent_id, name, path, path_key) VALUES (?, ?, ?, ?)
             ON CONFLICT (path_key) DO NOTHING`,
          )
          .run(id, name, above, caselessKey(above));
        id =
          this.#connection
            .prepare<[string], number>('SELECT id FROM tag WHERE path_key = ?')
            .pluck()
            .get(caselessKey(above)) ?? null;
      }
      return id ?? 0;
    });
  }

  /**
   * Gives the photo a tag. Each of a person, a model and an import can say so once. Returns the row's id, or undefined
   * where this source had said so already: that row is approved, if the new one would be or a person here gives what
   * another person gave elsewhere. @throws CatalogError TAG_NAME_INVALID
   */
  add(photoId: number, runId: number, tag: NewPhotoTag): number | undefined {
    const { path, source, confidence, authorRunId, createdAtMs, approvedAtMs } = tag;
    return this.#connection.write(() => {
      const tagId = this.idOf(path);
      const { changes, lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO photo_tag (photo_id, tag_id, source, confidence, run_id, author_run_id, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        )
        .run(
          photoId,
          tagId,
          source,
          confidence ?? null,
          runId,
          authorRunId ?? null,
          createdAtMs ?? this.#connection.nowMs(),
        );
      const id = changes === 0 ? undefined : Number(lastInsertRowid);
      if (id !== undefined) this.#log.added(runId, 'photo_tag', id);
      // What another person gave elsewhere stays theirs, and the person here vouches for it.
      const isVouchedFor = id === undefined && source === 'human' && !this.#isElsewhere(authorRunId ?? runId);
      const photoTagId = id ?? this.#liveId(photoId, tagId, source);
      if (photoTagId !== undefined && (isVouchedFor || approvedAtMs !== undefined)) {
        const atMs = approvedAtMs === 'now' ? undefined : approvedAtMs;
        if (!this.#isApprovedFor(runId, photoTagId)) this.#approvals.add(photoId, runId, { photoTagId }, { atMs });
      }
      this.refresh(photoId);
      return id;
    });
  }

  #isElsewhere(runId: number): boolean {
    return this.#connection.value<number>(`SELECT ${isElsewhere('?')}`, runId) === 1;
  }

  /** Whether an approval by the run would say nothing new. */
  #isApprovedFor(runId: number, photoTagId: number): boolean {
    if (this.#isElsewhere(runId)) return this.#approvals.isApproved({ photoTagId });
    const sql = `SELECT ${isOfPersonHere} FROM photo_tag ${withTagAuthor} WHERE photo_tag.id = ?`;
    return this.#connection.value<number>(sql, photoTagId) === 1;
  }

  #liveId(photoId: number, tagId: number, source: Source): number | undefined {
    return this.#connection
      .prepare<[number, number, string], number>(
        'SELECT id FROM photo_tag WHERE photo_id = ? AND tag_id = ? AND source = ? AND removed_run_id IS NULL',
      )
      .pluck()
      .get(photoId, tagId, source);
  }

  /** Takes one tag of one photo away, as one source gave it; undoing the run brings it back. */
  remove(photoTagId: number, runId: number): void {
    this.#connection.write(() => {
      const photoId = this.#log.photoOf('photo_tag', photoTagId);
      if (photoId !== undefined && this.#log.remove(runId, 'photo_tag', photoTagId)) {
        this.refresh(photoId);
      }
    });
  }

  /** The live tags of a photo, by path. */
  of(photoId: number): PhotoTag[] {
    return this.#connection
      .prepare<[number], PhotoTagRow>(
        `SELECT photo_tag.*, tag.path, author.model ->> 'id' AS model_id, approval.run_id AS approved_run_id,
           approval.created_at_ms AS approved_at_ms, ${isOfPersonHere} AS is_of_person_here
         FROM photo_tag JOIN tag ON tag.id = photo_tag.tag_id ${withTagAuthor}
         WHERE photo_tag.photo_id = ? AND photo_tag.removed_run_id IS NULL ORDER BY tag.path_key, photo_tag.id`,
      )
      .all(photoId)
      .map((row) => ({
        id: row.id,
        photoId: row.photo_id,
        path: row.path,
        source: row.source,
        confidence: row.confidence ?? undefined,
        runId: row.run_id,
        authorRunId: row.author_run_id ?? row.run_id,
        modelId: row.source === 'model' ? (row.model_id ?? undefined) : undefined,
        approval:
          row.approved_run_id === null || row.approved_at_ms === null
            ? undefined
            : { runId: row.approved_run_id, atMs: row.approved_at_ms },
        isOfPersonHere: row.is_of_person_here === 1,
      }));
  }

  /** All tags with the number of photos that have them, by path. */
  list(): Tag[] {
    return this.#connection
      .prepare<[], { id: number; path: string; photos: number; in_vocabulary: number }>(
        `SELECT tag.id, tag.path, tag.in_vocabulary, (
           SELECT count(DISTINCT photo_id) FROM photo_tag JOIN photo ON photo.id = photo_id
           WHERE tag_id = tag.id AND removed_run_id IS NULL AND missing_since_ms IS NULL
         ) AS photos FROM tag ORDER BY path_key`,
      )
      .all()
      .map(({ id, path, photos, in_vocabulary }) => ({ id, path, photos, inVocabulary: in_vocabulary === 1 }));
  }

  /** Photos that have the tag or one below it, missing ones too. */
  photosWith(path: string): number[] {
    const key = caselessKey(tagNames(path).join('/'));
    return this.#connection
      .prepare<[string, string, string], number>(
        `SELECT DISTINCT photo_id FROM photo_tag JOIN tag ON tag.id = tag_id
         WHERE removed_run_id IS NULL AND (path_key = ? OR (path_key > ? AND path_key < ?)) ORDER BY photo_id`,
      )
      .pluck()
      .all(key, `${key}/`, `${key}0`);
  }

  /** Photos to which a person gave just this tag here, or of which one approved it here. @throws CatalogError TAG_NAME_INVALID */
  photosOfPersonHere(path: string): number[] {
    return this.#connection
      .prepare<[string], number>(
        `SELECT DISTINCT photo_tag.photo_id FROM tag JOIN photo_tag ON photo_tag.tag_id = tag.id ${withTagAuthor}
         WHERE tag.path_key = ? AND photo_tag.removed_run_id IS NULL AND ${isOfPersonHere}`,
      )
      .pluck()
      .all(caselessKey(tagNames(path).join('/')));
  }

  /**
   * Spells a tag and those above it in another way that differs in capitals only. The tags below them follow. Not part
   * of any run: what photos have stays the same. @throws CatalogError TAG_NAME_INVALID
   */
  respell(path: string): void {
    const names = tagNames(path);
    this.#respellings += 1;
    this.#connection.write(() => {
      for (const [index] of names.entries()) this.#respellBelow(names.slice(0, index + 1));
    });
  }

  /** The tag, and its part of the paths below it, where they are not spelled so. */
  #respellBelow(names: readonly string[]): void {
    const path = names.join('/');
    const key = caselessKey(path);
    const update = this.#connection.prepare('UPDATE tag SET name = ?, path = ? WHERE id = ?');
    const below = this.#connection
      .prepare<[string, string, string], { id: number; path: string }>(
        'SELECT id, path FROM tag WHERE path_key = ? OR (path_key > ? AND path_key < ?)',
      )
      .all(key, `${key}/`, `${key}0`);
    for (const tag of below) {
      const spelled = [...names, ...tag.path.split('/').slice(names.length)];
      if (spelled.join('/') !== tag.path) update.run(spelled.at(-1), spelled.join('/'), tag.id);
    }
  }

  /**
   * Another spelling as with `respell`, of the tags above as well, where only models gave them: a person's words, and what
   * was imported, stay as they are. @throws CatalogError TAG_NAME_INVALID
   */
  respellModels(path: string): void {
    this.#connection.write(() => {
      let above = '';
      for (const name of tagNames(path)) {
        const wanted = above === '' ? name : `${above}/${name}`;
        const stored = this.#connection
          .prepare<[string], string>('SELECT path FROM tag WHERE path_key = ?')
          .pluck()
          .get(caselessKey(wanted));
        if (stored !== undefined && stored !== wanted && !this.#isGivenByOthers(caselessKey(wanted))) {
          this.#respellings += 1;
          // Those above are as they should be: to go through all below each of them would take the square of a list.
          this.#respellBelow(tagNames(wanted));
          above = wanted;
        } else above = stored ?? wanted;
      }
    });
  }

  /** Whether somebody else than a model gave photos the tag or one below it. */
  #isGivenByOthers(key: string): boolean {
    return (
      this.#connection.value<number>(
        `SELECT EXISTS (SELECT 1 FROM tag JOIN photo_tag ON photo_tag.tag_id = tag.id
         WHERE (path_key = ? OR (path_key > ? AND path_key < ?)) AND source <> 'model' AND removed_run_id IS NULL)`,
        key,
        `${key}/`,
        `${key}0`,
      ) === 1
    );
  }

  /** How often this connection has respelled tags: another number where paths that were read may be spelled otherwise. */
  get respellings(): number {
    return this.#respellings;
  }

  /** For the stores and undo; part of their transaction. */
  refresh(photoId: number): void {
    refreshPhotoText(this.#connection, photoId);
    this.#connection.photoChanged(photoId);
  }
}

/** The run that `photo_tag` comes from, as `author`, and the newest live approval of it, as `approval`. */
export const withTagAuthor = `JOIN run AS author ON author.id = coalesce(photo_tag.author_run_id, photo_tag.run_id)
  LEFT JOIN approval ON approval.id = ${liveApproval('photo_tag_id = photo_tag.id')}`;

/** SQL, within `photo_tag` and `withTagAuthor`: 1 where a person gave it here or approved it here. */
const isOfPersonHere = `((photo_tag.source = 'human' AND NOT ${isElsewhere('author.id')}) OR EXISTS (
  SELECT 1 FROM approval AS own WHERE own.photo_tag_id = photo_tag.id AND own.removed_run_id IS NULL
    AND NOT ${isElsewhere('own.run_id')}))`;

/** The names on the way down. @throws CatalogError TAG_NAME_INVALID */
export function tagNames(path: string): string[] {
  const names = path.split('/').map(tidied);
  if (names.some((name) => name === '') || path.length > maxPath) {
    const sentence =
      path.trim() === ''
        ? 'A tag needs a name.'
        : `"${path.slice(0, 60)}" cannot be a tag: between slashes there has to be a name, and a tag has at most ${maxPath} characters.`;
    throw new CatalogError('TAG_NAME_INVALID', sentence, { path: path.slice(0, maxPath) });
  }
  return names;
}
