/** @file How much of everything the library has: `library status`. Reads every photo's row: for a reader thread, or a command. */
import type { Problem } from '../../../schemas/problem.ts';
import type { CatalogConnection } from './connection.ts';
import { inShownRoot } from './photos/roots.ts';
import { storedProblem } from './problems.ts';

/** One of the problems with its code; others may name other places. */
export interface ReasonCount extends Problem {
  readonly count: number;
}

export interface LibraryStatus {
  /** Photos whose file is there, or was when its drive was last seen. */
  readonly photos: number;
  readonly missing: number;
  /** On drives that are away. */
  readonly offline: number;
  readonly sizeBytes: number;
  readonly captioned: number;
  /** By who wrote the caption that is shown. */
  readonly bySource: { readonly human: number; readonly model: number; readonly import: number };
  /** The shown caption is less probable than the judging model's threshold. */
  readonly doubtful: number;
  /** The photo was edited after its shown caption was written. */
  readonly stale: number;
  readonly tagged: number;
  /** Photos whose file was not read since it last changed. */
  readonly unread: number;
  /** Photos whose file cannot be read, by reason. */
  readonly unreadable: readonly ReasonCount[];
  readonly waitingJobs: number;
  /** Jobs that failed or are in quarantine, by reason. */
  readonly failedJobs: readonly ReasonCount[];
}

type PhotoCounts = Readonly<
  Record<
    | 'photos'
    | 'missing'
    | 'offline'
    | 'sizeBytes'
    | 'captioned'
    | 'human'
    | 'model'
    | 'imported'
    | 'doubtful'
    | 'stale'
    | 'unread',
    number
  >
>;

export function libraryStatus(connection: CatalogConnection): LibraryStatus {
  const counts = connection.prepare<[], PhotoCounts>(photoCountsSql).get();
  if (counts === undefined) throw new RangeError('an aggregate has one row');
  const { human, model, imported, ...others } = counts;
  const number = (sql: string) => connection.value<number>(sql);
  return {
    ...others,
    bySource: { human, model, import: imported },
    tagged: number('SELECT count(DISTINCT photo_id) FROM photo_tag WHERE removed_run_id IS NULL'),
    unreadable: reasons(
      connection,
      `SELECT problem_code AS code, max(problem_message) AS message, problem_facts AS facts, count(*) AS count FROM photo
       WHERE problem_code IS NOT NULL AND missing_since_ms IS NULL GROUP BY problem_code ORDER BY count DESC`,
    ),
    waitingJobs: number(`SELECT count(*) FROM job WHERE state = 'waiting'`),
    failedJobs: reasons(
      connection,
      `SELECT coalesce(error_code, 'INTERNAL') AS code, max(error_message) AS message, error_facts AS facts,
         count(*) AS count
       FROM job JOIN photo ON photo.id = photo_id WHERE job.state <> 'waiting' AND ${inShownRoot} GROUP BY 1 ORDER BY count DESC`,
    ),
  };
}

interface ReasonRow {
  readonly code: string;
  readonly message: string | null;
  /** SQLite takes it from the row that has the greatest message. */
  readonly facts: string | null;
  readonly count: number;
}

function reasons(connection: CatalogConnection, sql: string): ReasonCount[] {
  const rows = connection.prepare<[], ReasonRow>(sql).all();
  return rows.map(({ code, message, facts, count }) => ({ ...storedProblem(code, message, facts), count }));
}

const photoCountsSql = `
  SELECT count(*) FILTER (WHERE here) AS photos,
    count(*) FILTER (WHERE NOT here AND root.state <> 'removed') AS missing,
    count(*) FILTER (WHERE here AND root.state = 'offline') AS offline,
    coalesce(sum(size_bytes) FILTER (WHERE here), 0) AS sizeBytes,
    count(shown_caption_id) FILTER (WHERE here) AS captioned,
    count(*) FILTER (WHERE here AND shown_source = 'human') AS human,
    count(*) FILTER (WHERE here AND shown_source = 'model') AS model,
    count(*) FILTER (WHERE here AND shown_source = 'import') AS imported,
    count(*) FILTER (WHERE here AND shown_doubtful = 1) AS doubtful,
    count(*) FILTER (WHERE here AND shown_revision < revision) AS stale,
    count(*) FILTER (WHERE here AND details_revision < revision) AS unread
  FROM (SELECT *, missing_since_ms IS NULL AS here FROM photo) AS photo
  JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id`;
