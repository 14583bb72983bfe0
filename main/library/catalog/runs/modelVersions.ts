/** @file Which version of its model each run was worked on with. */
import { isDeepStrictEqual } from 'node:util';
import type { ModelVersion } from '../../../../schemas/provenance.ts';
import type { CatalogConnection } from '../connection.ts';

const fields = 'model_id, sha256, precision, source, revision, compiler';

export class ModelVersionStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Doing it twice is as good as once. */
  record(runId: number, version: ModelVersion): void {
    if (this.of(runId).some((known) => isDeepStrictEqual(known, version))) return;
    const { id, sha256, precision, source, revision, compiler } = version;
    this.#connection.write(() => {
      this.#connection
        .prepare(`INSERT OR IGNORE INTO model_version (${fields}) VALUES (?, ?, ?, ?, ?, ?)`)
        .run(id, sha256, precision, source, revision, compiler);
      this.#connection
        .prepare(
          `INSERT OR IGNORE INTO run_model (run_id, model_version_id)
           SELECT ?, id FROM model_version WHERE model_id = ? AND sha256 = ? AND precision = ? AND source = ?
             AND revision IS ? AND compiler = ?`,
        )
        .run(runId, id, sha256, precision, source, revision, compiler);
      this.#connection.runChanged(runId);
    });
  }

  /** That of the model that wrote first, then that of one that scored; none of a run without a model, or from before. */
  of(runId: number): ModelVersion[] {
    return this.#connection
      .prepare<[number], ModelVersion>(
        `SELECT model_version.model_id AS id, sha256, precision, source, revision, compiler
         FROM run_model JOIN model_version ON model_version.id = model_version_id JOIN run ON run.id = run_id
         WHERE run_id = ? ORDER BY model_version.model_id = run.model ->> '$.id' DESC, model_version.id`,
      )
      .all(runId);
  }
}
