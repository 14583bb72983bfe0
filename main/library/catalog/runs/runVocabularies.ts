/**
 * @file The tags that a run chose from, beside its other settings: a folder that is tagged by a rule has a run for every
 * few photos, and a vocabulary of 10,000 tags takes two megabytes.
 */
import { createHash } from 'node:crypto';
import type { CatalogConnection } from '../connection.ts';
import { type RunIdentity, runIdentitySchema } from '../texts/provenance.ts';

/** What of a run's terms can be long. */
export type LongTerms = Pick<RunIdentity, 'settings' | 'tagPaths'>;

/** Also as another library has them. */
export interface StorableTerms {
  readonly settings: Readonly<Record<string, unknown>> & { readonly tags?: StorableTags | undefined };
  readonly tagPaths?: readonly string[] | undefined;
}

interface StorableTags {
  readonly vocabulary: readonly string[];
  readonly synonyms?: readonly { readonly word: string; readonly tag: string }[] | undefined;
}

export interface StoredTerms {
  /** JSON; without the vocabulary where that is kept apart. */
  readonly settings: string | null;
  readonly tag_paths: string | null;
  readonly vocabulary_id: number | null;
}

/** SQL: of a row of `run`, what `StoredTerms` say together. */
export const wholeSettings = `CASE WHEN run.vocabulary_id IS NULL THEN run.settings ELSE json_patch(run.settings,
  (SELECT json_object('tags', json(tags)) FROM run_vocabulary WHERE run_vocabulary.id = run.vocabulary_id)) END`;
export const wholeTagPaths = `coalesce(run.tag_paths,
  (SELECT run_vocabulary.tag_paths FROM run_vocabulary WHERE run_vocabulary.id = run.vocabulary_id))`;

const { settings: settingsSchema, tagPaths: tagPathsSchema } = runIdentitySchema.shape;

/** Open runs, and those on a page. */
const maxRemembered = 16;

export class RunVocabularyStore {
  readonly #connection: CatalogConnection;
  /** By vocabulary and the other settings. */
  readonly #remembered = new Map<string, LongTerms>();

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** What to store of the terms. Part of the caller's transaction. */
  store({ settings, tagPaths }: StorableTerms): StoredTerms {
    if (settings.tags === undefined) {
      return { settings: JSON.stringify(settings), tag_paths: textOf(tagPaths), vocabulary_id: null };
    }
    const { vocabulary, synonyms, ...tags } = settings.tags;
    return {
      settings: JSON.stringify({ ...settings, tags }),
      tag_paths: null,
      vocabulary_id: this.#idOf({ vocabulary, synonyms }, tagPaths),
    };
  }

  /** Undefined where nothing is stored. Those of a vocabulary kept apart must not be changed: others get them, too. */
  termsOf(stored: StoredTerms): LongTerms | undefined {
    if (stored.settings === null) return undefined;
    if (stored.vocabulary_id === null) return parsed(stored.settings, stored.tag_paths);
    const key = `${stored.vocabulary_id} ${stored.settings}`;
    const known = this.#remembered.get(key) ?? this.#read(stored.vocabulary_id, stored.settings);
    // The one that was asked for last is forgotten last.
    this.#remembered.delete(key);
    this.#remembered.set(key, known);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > maxRemembered && oldest !== undefined) this.#remembered.delete(oldest);
    return known;
  }

  #idOf(tags: StorableTags, tagPaths: readonly string[] | undefined): number {
    const hash = vocabularyHash(tags, tagPaths);
    this.#connection
      .prepare('INSERT INTO run_vocabulary (hash, tags, tag_paths) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(hash, JSON.stringify(tags), textOf(tagPaths));
    return this.#connection.value<number>('SELECT id FROM run_vocabulary WHERE hash = ?', hash);
  }

  #read(vocabularyId: number, settings: string): LongTerms {
    const [row] = this.#connection
      .prepare<[string, number], { settings: string; tag_paths: string | null }>(
        `SELECT json_patch(?, json_object('tags', json(tags))) AS settings, tag_paths FROM run_vocabulary WHERE id = ?`,
      )
      .all(settings, vocabularyId);
    if (row === undefined) throw new RangeError(`the vocabulary ${vocabularyId} of a run is gone`);
    return parsed(row.settings, row.tag_paths);
  }
}

/** By which the catalog keeps it: SHA-256. */
export function vocabularyHash(
  { vocabulary, synonyms }: StorableTags,
  tagPaths: readonly string[] | undefined,
): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([JSON.stringify({ vocabulary, synonyms }), textOf(tagPaths)]))
    .digest();
}

function parsed(settings: string, tagPaths: string | null): LongTerms {
  return {
    settings: settingsSchema.parse(JSON.parse(settings)),
    ...(tagPaths === null ? {} : { tagPaths: tagPathsSchema.parse(JSON.parse(tagPaths)) }),
  };
}

function textOf(tagPaths: readonly string[] | undefined): string | null {
  return tagPaths === undefined ? null : JSON.stringify(tagPaths);
}
