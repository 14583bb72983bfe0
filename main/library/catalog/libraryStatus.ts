/** @file How much of everything the library has: `library status`. Reads every photo's row: for a reader thread, or a command. */
import type { CatalogConnection } from './connection.ts';
import { inShownRoot } from './photos/roots.ts';

export interface ReasonCount {
  readonly code: string;
  /** One of the messages; others of the same code may name other places. */
  readonly message: string;
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
  const number = (sql: string) => connection.prepare<[], number>(sql).pluck().get() ?? 0;
  return {
    ...others,
    bySource: { human, model, import: imported },
    tagged: number('SELECT count(DISTINCT photo_id) FROM photo_tag WHERE removed_run_id IS NULL'),
    unreadable: connection
      .prepare<[], ReasonCount>(
        `SELECT problem_code AS code, max(problem_message) AS message, count(*) AS count FROM photo
         WHERE problem_code IS NOT NULL AND missing_since_ms IS NULL GROUP BY problem_code ORDER BY count DESC`,
      )
      .all(),
    waitingJobs: number(`SELECT count(*) FROM job WHERE state = 'waiting'`),
    failedJobs: connection
      .prepare<[], ReasonCount>(
        `SELECT coalesce(error_code, 'INTERNAL') AS code, coalesce(max(error_message), '') AS message,
           count(*) AS count
         FROM job JOIN photo ON photo.id = photo_id WHERE job.state <> 'waiting' AND ${inShownRoot} GROUP BY 1 ORDER BY count DESC`,
      )
      .all(),
  };
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
