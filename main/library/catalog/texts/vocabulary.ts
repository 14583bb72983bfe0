/** @file The closed list of tags that models choose from, with the other words for each of them. */

import {
  maxListedTags,
  maxTagSynonyms,
  type TagSettings,
} from '../../../../native-models/generation/generationSettings.ts';
import { otherNumbers } from '../../text/plurals.ts';
import { caselessKey, tidied } from '../../text/textKeys.ts';
import type { CatalogConnection } from '../connection.ts';
import type { TagStore } from './tags.ts';

export interface VocabularyTag {
  readonly path: string;
  /** Other words for it, as a keyword list gives them. */
  readonly synonyms?: readonly string[] | undefined;
}

export class VocabularyStore {
  readonly #connection: CatalogConnection;
  readonly #tags: Pick<TagStore, 'idOf' | 'respellings' | 'respellModels'>;
  /** How often this connection replaced the list. */
  #replacements = 0;
  /** What `words` made of the list, by what they stand below. */
  #made: { readonly version: string; readonly words: Map<string, TagWords> } | undefined;

  constructor(connection: CatalogConnection, tags: Pick<TagStore, 'idOf' | 'respellings' | 'respellModels'>) {
    this.#connection = connection;
    this.#tags = tags;
  }

  /**
   * In place of the list before. Tags that only models gave are spelled as in the list from now on. A word that two tags have leads to the first. @throws CatalogError TAG_NAME_INVALID
   */
  set(tags: readonly VocabularyTag[]): void {
    this.#replacements += 1;
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE tag SET in_vocabulary = 0 WHERE in_vocabulary = 1').run();
      this.#connection.prepare('DELETE FROM tag_synonym').run();
      for (const { path, synonyms = [] } of tags) {
        const id = this.#tags.idOf(path);
        const spelled = this.#connection.value<string>('SELECT path FROM tag WHERE id = ?', id);
        if (spelled !== path) this.#tags.respellModels(path);
        this.#connection.prepare('UPDATE tag SET in_vocabulary = 1 WHERE id = ?').run(id);
        for (const word of synonyms) {
          this.#connection
            .prepare('INSERT INTO tag_synonym (word_key, word, tag_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
            .run(caselessKey(word), word, id);
        }
      }
    });
  }

  /** By path; synonyms by word. */
  list(): VocabularyTag[] {
    return this.#connection
      .prepare<[], { path: string; words: string }>(
        `SELECT tag.path, (
           SELECT json_group_array(word ORDER BY word_key) FROM tag_synonym WHERE tag_id = tag.id
         ) AS words FROM tag WHERE in_vocabulary = 1 ORDER BY path_key`,
      )
      .all()
      .map(({ path, words }) => ({ path, synonyms: JSON.parse(words) }));
  }

  /**
   * The words of the list, or of a branch: of what stands below a path, in whatever capitals. Made once and kept until
   * the list is another, since that of 10,000 tags takes some 30 ms and rules ask for it whenever photos appear.
   */
  words(below = ''): TagWords {
    const { database } = this.#connection;
    const version = `${this.#replacements} ${this.#tags.respellings} ${database.pragma('data_version', { simple: true })}`;
    // What a transaction has changed may not come to be.
    const made = this.#made?.version === version ? this.#made : { version, words: new Map<string, TagWords>() };
    const key = caselessKey(below);
    const words = made.words.get(key) ?? tagWords(branchOf(this.list(), key));
    if (!database.inTransaction) this.#made = { version, words: made.words.set(key, words) };
    return words;
  }
}

function branchOf(tags: readonly VocabularyTag[], key: string): readonly VocabularyTag[] {
  return key === '' ? tags : tags.filter(({ path }) => caselessKey(path).startsWith(`${key}/`));
}

/** The words of a vocabulary: each leads to one tag. */
export interface TagWords {
  /** By the key of a word (`caselessKey`): a tag's path, its last name, or a synonym of it. */
  readonly pathOf: ReadonlyMap<string, string>;
  /** What a model is given: a tag's last name, which it says, and other words for it. */
  readonly settings: Pick<TagSettings, 'vocabulary' | 'synonyms'>;
  /** Of each entry of `settings.vocabulary`, the tag's path. */
  readonly paths: readonly string[];
  /**
   * Tags that a model cannot be asked for: another tag before them has the same last name, it holds a comma, or there are
   * more than a model can be given.
   */
  readonly leftOut: readonly string[];
}

/**
 * A tag's own name goes before a synonym of another, and what stands first in the list before what follows: `Paris` is
 * the first of `places/Paris` and `people/Paris`; only its path names the second.
 */
export function tagWords(tags: readonly VocabularyTag[]): TagWords {
  const pathOf = new Map<string, string>();
  const lead = (word: string, path: string): boolean => {
    if (pathOf.has(caselessKey(word))) return false;
    pathOf.set(caselessKey(word), path);
    return true;
  };
  const vocabulary: string[] = [];
  const paths: string[] = [];
  const leftOut: string[] = [];
  const names = new Map<string, string>();
  for (const { path } of tags) {
    const name = lastName(path);
    if (lead(name, path) && isSayable(name) && vocabulary.length < maxListedTags) {
      vocabulary.push(name);
      paths.push(path);
      names.set(path, name);
    } else leftOut.push(path);
  }
  for (const { path } of tags) lead(path, path);
  const others = tags.flatMap(({ path, synonyms: words = [] }) => {
    const tag = names.get(path);
    return words.flatMap((word) => (lead(word, path) && tag !== undefined && isSayable(word) ? [{ word, tag }] : []));
  });
  const named = vocabulary.map((tag) => ({ word: tag, tag }));
  const synonyms = [...others, ...otherForms([...named, ...others], (word) => pathOf.has(word))].slice(
    0,
    maxTagSynonyms,
  );
  return { pathOf, settings: { vocabulary, ...(synonyms.length === 0 ? {} : { synonyms }) }, paths, leftOut };
}

/** The tag that a model means: by its path, its last name or a synonym, in whatever capitals and in either number. */
export function tagMeant({ pathOf }: Pick<TagWords, 'pathOf'>, said: string): string | undefined {
  const key = caselessKey(tidied(said));
  return [key, ...otherNumbers(key)].map((form) => pathOf.get(form)).find((path) => path !== undefined);
}

type Synonym = NonNullable<TagSettings['synonyms']>[number];

/**
 * How else models say these words: most write a tag in small letters, whatever letters the list has, and `dogs` for `dog`.
 * @param isTaken of a word in small letters: whether it is known as it stands
 */
export function otherForms(said: readonly Synonym[], isTaken: (word: string) => boolean): Synonym[] {
  const known = new Set<string>();
  const fresh = (word: string) => word.length <= maxSaidCharacters && !known.has(word) && known.add(word);
  const small = said.filter(({ word }) => word.toLowerCase() !== word && fresh(word.toLowerCase()));
  const numbered = said.flatMap(({ word, tag }) =>
    otherNumbers(word.toLowerCase())
      .filter((form) => !isTaken(form) && fresh(form))
      .map((form) => ({ word: form, tag })),
  );
  return [...small.map(({ word, tag }) => ({ word: word.toLowerCase(), tag })), ...numbered];
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Commas are what a model's list is divided by. */
function isSayable(word: string): boolean {
  return !/[,\n\r]/.test(word) && word.length <= maxSaidCharacters;
}

/** As the settings of a generation allow. */
const maxSaidCharacters = 200;
