/** @file The runs of a full JSON document of version 2, with the vocabularies that several of them name. Pure. */
import { type FullRun, fullRunSchema, fullVocabularySchema } from '../../../../schemas/fullJson.ts';
import type { DocumentVocabulary } from '../../catalog/exports/documentVocabulary.ts';
import type { ForeignRun } from '../../catalog/imports/restoredRuns.ts';
import type { ImportedAuthor, ImportItem } from './importRecord.ts';
import { tagPathOf } from './soundTexts.ts';

/** Texts name their run by a key; the runs may stand behind the texts, and the vocabularies behind the runs. */
export class FullJsonRuns {
  readonly #places = new Map<string, { value: ForeignRun | null | undefined }>();
  readonly #byHand = { value: null };
  readonly #vocabularies = new Map<string, DocumentVocabulary>();
  readonly #waiting: { readonly key: string; readonly run: FullRun; readonly vocabulary: string }[] = [];

  *takeVocabulary(key: string, value: unknown): Generator<ImportItem, void> {
    const { data } = fullVocabularySchema.safeParse(value);
    if (data === undefined) yield notValid(`vocabularies.${key}`);
    else this.#vocabularies.set(key, { ...data, tagPaths: data.tagPaths?.map(tagPathOf) ?? null });
  }

  *takeRun(key: string, value: unknown): Generator<ImportItem, void> {
    const { data: run } = fullRunSchema.safeParse(value);
    if (run === undefined) {
      yield notValid(`runs.${key}`);
      return;
    }
    const { vocabulary: named = null } = run;
    const vocabulary = named === null ? null : this.#vocabularies.get(named);
    if (named === null || vocabulary !== undefined) yield this.#known(key, run, vocabulary ?? null);
    else this.#waiting.push({ key, run, vocabulary: named });
  }

  /** Of those whose vocabulary the document does not have, the settings are left out. */
  *end(): Generator<ImportItem, void> {
    for (const { key, run, vocabulary: named } of this.#waiting) {
      const vocabulary = this.#vocabularies.get(named);
      if (vocabulary === undefined) yield notValid(`runs.${key}`);
      yield this.#known(key, run, vocabulary ?? null);
    }
  }

  of(key: string | null): ImportedAuthor['run'] {
    return key === null ? this.#byHand : this.#placeOf(key);
  }

  #known(key: string, { at, tagPaths, textKind = null, ...facts }: FullRun, vocabulary: DocumentVocabulary | null) {
    const foreignRun: ForeignRun = {
      ...facts,
      textKind,
      tagPaths: tagPaths?.map(tagPathOf) ?? null,
      vocabulary,
      atMs: at === null ? null : Date.parse(at),
    };
    this.#placeOf(key).value = foreignRun;
    return { foreignRun };
  }

  #placeOf(key: string): { value: ForeignRun | null | undefined } {
    const place = this.#places.get(key) ?? { value: undefined };
    this.#places.set(key, place);
    return place;
  }
}

function notValid(name: string): ImportItem {
  return { name: name.slice(0, 100), remark: 'invalidEntry' };
}
