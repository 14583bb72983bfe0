/** @file Pilots: work that is tried on a sample of its photos before it is done with all of them. */
import * as z from 'zod';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';

export interface NewPilot {
  /** All that the work is for. */
  readonly photoIds: readonly number[];
  /** Some of them, in the order in which they are shown. */
  readonly sampleIds: readonly number[];
}

export interface Pilot extends NewPilot {
  readonly id: number;
  /** In the order in which they were begun. */
  readonly attempts: readonly PilotAttempt[];
}

export interface PilotAttempt {
  readonly runId: number;
  /** What was asked for, as a form has it; whoever stored it knows its shape. */
  readonly request: unknown;
}

interface PilotRow {
  readonly photo_ids: string;
  readonly sample_ids: string;
}

/** Each holds the numbers of all its photos. The runs of older ones stay. */
const maxPilots = 30;
const idsSchema = z.array(z.int().positive());

export class PilotStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Returns its id. The oldest ones make room for it. */
  create({ photoIds, sampleIds }: NewPilot): number {
    const { nowMs } = this.#connection;
    return this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare('INSERT INTO pilot (photo_ids, sample_ids, created_at_ms) VALUES (?, ?, ?)')
        .run(JSON.stringify(photoIds), JSON.stringify(sampleIds), nowMs());
      this.#connection
        .prepare<[number]>('DELETE FROM pilot WHERE id NOT IN (SELECT id FROM pilot ORDER BY id DESC LIMIT ?)')
        .run(maxPilots);
      return Number(lastInsertRowid);
    });
  }

  /** Once for each run: what is added to a run of an attempt later belongs to it. */
  addAttempt(pilotId: number, { runId, request }: PilotAttempt): void {
    this.#connection.write(() => {
      this.#connection
        .prepare('INSERT OR IGNORE INTO pilot_attempt (pilot_id, run_id, request) VALUES (?, ?, ?)')
        .run(pilotId, runId, JSON.stringify(request));
      this.#connection.runChanged(runId);
    });
  }

  /** @throws CatalogError NO_SUCH_PILOT */
  get(id: number): Pilot {
    const row = this.#connection
      .prepare<[number], PilotRow>('SELECT photo_ids, sample_ids FROM pilot WHERE id = ?')
      .get(id);
    if (row === undefined) throw new CatalogError('NO_SUCH_PILOT', 'This pilot is no longer there.', { pilotId: id });
    const attempts = this.#connection
      .prepare<[number], { run_id: number; request: string }>(
        'SELECT run_id, request FROM pilot_attempt WHERE pilot_id = ? ORDER BY run_id',
      )
      .all(id);
    return {
      id,
      photoIds: idsSchema.parse(JSON.parse(row.photo_ids)),
      sampleIds: idsSchema.parse(JSON.parse(row.sample_ids)),
      attempts: attempts.map(({ run_id, request }) => ({ runId: run_id, request: JSON.parse(request) as unknown })),
    };
  }

  /** The pilot that a run is an attempt of. */
  ofRun(runId: number): number | undefined {
    const id = this.#connection
      .prepare<[number], number | null>('SELECT max(pilot_id) FROM pilot_attempt WHERE run_id = ?')
      .pluck()
      .get(runId);
    return id ?? undefined;
  }
}
