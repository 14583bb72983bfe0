/** @file When the results of the latest comparable run came: how fast a model is here. For a reader thread. */
import type { CatalogConnection } from '../connection.ts';

export interface ResultTimesArgs {
  readonly kind: 'caption' | 'ask' | 'score';
  readonly modelSha256: string;
  readonly precision: string;
  /** Where it must be this one. */
  readonly device?: string | undefined;
  /** As a run's identity has it. */
  readonly textKind?: string | undefined;
  /** Captions of which the best is kept; none where nothing is scored. */
  readonly candidates?: number | undefined;
}

export interface ResultTimes {
  readonly device: string | undefined;
  /** Ascending; the last ones of the run. */
  readonly timesMs: readonly number[];
}

/** Enough for a rate, of the run's end: it is as fast as it was last. */
const maxTimes = 300;
/** A run that was over at once says little. */
const minTimes = 4;
/** Runs that are examined. */
const maxRuns = 20;

/** Captions of a photo are scored together. */
const resultsOf = {
  caption: 'SELECT created_at_ms FROM caption WHERE run_id = ? ORDER BY id DESC',
  ask: 'SELECT created_at_ms FROM answer WHERE run_id = ? ORDER BY id DESC',
  score: 'SELECT max(created_at_ms) FROM score WHERE run_id = ? GROUP BY photo_id ORDER BY max(id) DESC',
} as const;

/** Undefined where no run with enough results is comparable. */
export function resultTimes(connection: CatalogConnection, args: ResultTimesArgs): ResultTimes | undefined {
  const runs = connection
    .prepare<[Record<string, string | number | null>], { id: number; device: string | null }>(
      `SELECT id, device FROM run
       WHERE kind = @kind AND done >= ${minTimes} AND restored_by_run_id IS NULL
         AND json_extract(model, '$.sha256') = @modelSha256 AND json_extract(model, '$.precision') = @precision
         AND (@device IS NULL OR device = @device) AND text_kind IS @textKind
         AND json_extract(filter, '$.candidates') IS @candidates
       ORDER BY id DESC LIMIT ${maxRuns}`,
    )
    .all({
      kind: args.kind,
      modelSha256: args.modelSha256,
      precision: args.precision,
      device: args.device ?? null,
      textKind: args.textKind ?? null,
      candidates: args.candidates ?? null,
    });
  const times = connection.prepare<[number], number>(`${resultsOf[args.kind]} LIMIT ${maxTimes}`).pluck();
  for (const { id, device } of runs) {
    const timesMs = times.all(id).sort((a, b) => a - b);
    if (timesMs.length >= minTimes) return { device: device ?? undefined, timesMs };
  }
  return undefined;
}
