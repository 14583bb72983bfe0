/**
 * @file Runs of another library, as an import brings them with the texts that they wrote: they say here which model wrote
 * with which settings, and are no part of this library's history. Main process, CLI.
 */
import * as z from 'zod';
import { promptKindSchema } from '../../../../native-models/prompting/promptRequest.ts';
import { modelVersionSchema } from '../../../../schemas/provenance.ts';
import { type RunKind, runDescriptionSchema } from '../../../../schemas/runDescription.ts';
import type { CatalogConnection } from '../connection.ts';
import { type DocumentVocabulary, wholeParameters } from '../exports/documentVocabulary.ts';
import { ModelVersionStore } from '../runs/modelVersions.ts';
import { RunVocabularyStore, type StorableTerms, type StoredTerms } from '../runs/runVocabularies.ts';
import { runIdentitySchema } from '../texts/provenance.ts';

/** As a document has it, whose values may be of a newer version or anybody's. */
export interface ForeignRun {
  readonly kind: RunKind;
  readonly description: unknown;
  /** With `source`, `revision` and `compiler` where they are known. */
  readonly model: unknown;
  readonly instruction: string | null;
  readonly promptKind: string | null;
  /** Null of captions, and where the document does not say it. */
  readonly textKind: string | null;
  readonly parameters: unknown;
  readonly filter: unknown;
  /** The path of each tag of the settings. */
  readonly tagPaths: readonly string[] | null;
  /** The tags of the settings and their paths, where the document has them apart: one for all runs that name it. */
  readonly vocabulary: DocumentVocabulary | null;
  readonly device: string | null;
  readonly importedFrom: string | null;
  readonly atMs: number | null;
}

/** Of a run of which nothing is told but its kind. */
export const noFacts: Omit<ForeignRun, 'kind'> = {
  description: null,
  model: null,
  instruction: null,
  promptKind: null,
  textKind: null,
  parameters: null,
  filter: null,
  tagPaths: null,
  vocabulary: null,
  device: null,
  importedFrom: null,
  atMs: null,
};

/** What a person did there by hand. */
export const foreignEdit: ForeignRun = { ...noFacts, kind: 'edit', description: { kind: 'editCaption' }, atMs: 0 };

const {
  model: modelSchema,
  textKind: textKindSchema,
  settings: settingsSchema,
  filter: filterSchema,
} = runIdentitySchema.shape;

/** Settings that this version can read, as the document has them. */
const storableSchema = z.custom<StorableTerms['settings']>((value) => settingsSchema.safeParse(value).success);

const facts = `kind, description, model, device, prompt, prompt_kind, text_kind, settings, filter, tag_paths,
  vocabulary_id, import_source, created_at_ms`;

export class RestoredRunStore {
  readonly #connection: CatalogConnection;
  readonly #modelVersions: ModelVersionStore;
  readonly #vocabularies: RunVocabularyStore;
  /** What is stored of the settings of runs with the same vocabulary, by the other settings. */
  readonly #storedTerms = new Map<DocumentVocabulary, Map<string, StoredTerms>>();
  /** By all that is known of them: to compare each run with all of them would take the square of their number. */
  #restored: Map<string, number> | undefined;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#modelVersions = new ModelVersionStore(connection);
    this.#vocabularies = new RunVocabularyStore(connection);
  }

  /**
   * The id of the run, made where no import brought one like it before. What of it this version cannot read is left out.
   * Part of the caller's transaction, and all runs of an import of the same one.
   */
  restore(run: ForeignRun, importRunId: number): number {
    const model = checked(modelSchema, run.model);
    const terms = this.#termsOf(run);
    const values = [
      run.kind,
      JSON.stringify(
        runDescriptionSchema.safeParse(run.description).data ?? { kind: 'named', name: model?.id ?? run.kind },
      ),
      json(model),
      run.device,
      run.instruction,
      checked(promptKindSchema, run.promptKind) ?? null,
      checked(textKindSchema, run.textKind) ?? null,
      terms.settings,
      json(checked(filterSchema, run.filter)),
      terms.tag_paths,
      terms.vocabulary_id,
      run.importedFrom,
      run.atMs ?? 0,
    ];
    this.#restored ??= this.#restoredBefore();
    const key = JSON.stringify(values);
    const known = this.#restored.get(key);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#connection
      .prepare(
        `INSERT INTO run (${facts}, state, restored_by_run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'done', ?)`,
      )
      .run(...values, importRunId);
    const id = Number(lastInsertRowid);
    this.#restored.set(key, id);
    const version = versionOf(run.model);
    if (version !== undefined) this.#modelVersions.record(id, version);
    return id;
  }

  #restoredBefore(): Map<string, number> {
    const rows = this.#connection
      .prepare<[], [id: number, ...facts: unknown[]]>(
        `SELECT id, ${facts} FROM run WHERE restored_by_run_id IS NOT NULL`,
      )
      .raw()
      .all();
    return new Map(rows.toReversed().map(([id, ...values]) => [JSON.stringify(values), id]));
  }

  /** Each vocabulary is checked and stored once, however many runs have it. */
  #termsOf({ parameters, tagPaths, vocabulary }: ForeignRun): StoredTerms {
    if (vocabulary === null) return this.#stored(parameters, tagPaths);
    const known = this.#storedTerms.get(vocabulary) ?? new Map<string, StoredTerms>();
    this.#storedTerms.set(vocabulary, known);
    const key = JSON.stringify(parameters);
    const terms = known.get(key) ?? this.#stored(wholeParameters(parameters, vocabulary), vocabulary.tagPaths);
    known.set(key, terms);
    return terms;
  }

  #stored(parameters: unknown, tagPaths: readonly string[] | null): StoredTerms {
    const settings = checked(storableSchema, parameters);
    if (settings === undefined) return { settings: null, tag_paths: json(tagPaths), vocabulary_id: null };
    return this.#vocabularies.store({ settings, tagPaths: tagPaths ?? undefined });
  }
}

/** Where the document knows the version, with a revision or without. */
function versionOf(model: unknown) {
  const isObject = typeof model === 'object' && model !== null;
  return isObject ? checked(modelVersionSchema, { revision: null, ...model }) : undefined;
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown): Value | undefined {
  return schema.safeParse(value).data;
}

function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
