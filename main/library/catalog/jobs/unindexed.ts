/** @file Which photos a matching model has no vectors of, and has not been asked for. For a reader thread: photos may be very many. */
import type { CatalogConnection } from '../connection.ts';

export interface UnindexedArgs {
  /** Where the model's vectors are kept. */
  readonly modelKey: string;
  /** Of runs that index by the model. */
  readonly identityHash: Uint8Array;
  /** Of a large library, they are many to hand over. */
  readonly wantsIds: boolean;
}

export interface Unindexed {
  /** Photos with vectors of their content as it is. */
  readonly indexed: number;
  /** Photos that can get vectors and have none yet: those that failed are not tried again before they change. */
  readonly left: number;
  /** Of these, where they are wanted, those that no job waits for and whose drive is there. */
  readonly photoIds: readonly number[];
}

export function unindexedPhotos(
  connection: CatalogConnection,
  { modelKey, identityHash, wantsIds }: UnindexedArgs,
): Unindexed {
  const idsOf = (sql: string, ...parameters: (string | Uint8Array)[]) =>
    new Set(
      connection
        .prepare<(string | Uint8Array)[], number>(sql)
        .pluck()
        .all(...parameters),
    );
  const readable = (roots: string) => `
    SELECT photo.id FROM root JOIN folder ON folder.root_id = root.id CROSS JOIN photo ON photo.folder_id = folder.id
    WHERE root.state ${roots} AND missing_since_ms IS NULL AND photo.problem_code IS NULL`;
  const jobs = `SELECT photo_id FROM run CROSS JOIN job ON job.run_id = run.id JOIN photo ON photo.id = photo_id
    WHERE run.identity = ? AND run.kind = 'embed'`;
  const embedded = idsOf(
    'SELECT photo_id FROM embedding JOIN photo ON photo.id = photo_id WHERE model_key = ? AND photo_revision = revision',
    modelKey,
  );
  const failed = idsOf(`${jobs} AND job.state <> 'waiting' AND error_revision = revision`, identityHash);
  const waiting = idsOf(`${jobs} AND job.state = 'waiting'`, identityHash);
  const isLeft = (id: number) => !embedded.has(id) && !failed.has(id);
  const online = idsOf(readable(`= 'online'`));
  const offline = idsOf(readable(`= 'offline'`));
  const left = [...online, ...offline].filter(isLeft);
  return {
    indexed: [...online, ...offline].filter((id) => embedded.has(id)).length,
    left: left.length,
    photoIds: wantsIds ? left.filter((id) => online.has(id) && !waiting.has(id)) : [],
  };
}
