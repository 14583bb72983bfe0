/**
 * @file Runs of another library, as an import brings them with the texts that they wrote: they say here which model wrote
 * with which settings, and are no part of this library's history. Main process, CLI.
 */
import type * as z from 'zod';
import { promptKindSchema } from '../../../../native-models/prompting/promptRequest.ts';
import { modelVersionSchema } from '../../../../schemas/provenance.ts';
import { type RunKind, runDescriptionSchema } from '../../../../schemas/runDescription.ts';
import type { CatalogConnection } from '../connection.ts';
import { ModelVersionStore } from '../runs/modelVersions.ts';
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
  readonly device: string | null;
  readonly importedFrom: string | null;
  readonly atMs: number | null;
}

/** What a person did there by hand. */
export const foreignEdit: ForeignRun = {
  kind: 'edit',
  description: { kind: 'editCaption' },
  model: null,
  instruction: null,
  promptKind: null,
  textKind: null,
  parameters: null,
  filter: null,
  tagPaths: null,
  device: null,
  importedFrom: null,
  atMs: 0,
};

const {
  model: modelSchema,
  textKind: textKindSchema,
  settings: settingsSchema,
  filter: filterSchema,
} = runIdentitySchema.shape;

const facts = `kind, description, model, device, prompt, prompt_kind, text_kind, settings, filter, tag_paths,
  import_source, created_at_ms`;

export class RestoredRunStore {
  readonly #connection: CatalogConnection;
  readonly #modelVersions: ModelVersionStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#modelVersions = new ModelVersionStore(connection);
  }

  /**
   * The id of the run, made where no import brought one like it before. What of it this version cannot read is left out.
   * Part of the caller's transaction.
   */
  restore(run: ForeignRun, importRunId: number): number {
    const model = checked(modelSchema, run.model);
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
      settingsSchema.safeParse(run.parameters).success ? json(run.parameters) : null,
      json(checked(filterSchema, run.filter)),
      json(run.tagPaths),
      run.importedFrom,
      run.atMs ?? 0,
    ];
    const known = this.#connection
      .prepare<unknown[], number>(
        `SELECT id FROM run WHERE restored_by_run_id IS NOT NULL AND (${facts}) IS (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .pluck()
      .get(...values);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#connection
      .prepare(
        `INSERT INTO run (${facts}, state, restored_by_run_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'done', ?)`,
      )
      .run(...values, importRunId);
    const id = Number(lastInsertRowid);
    const version = versionOf(run.model);
    if (version !== undefined) this.#modelVersions.record(id, version);
    return id;
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
