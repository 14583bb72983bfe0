/** @file What the panel says of several photos together: how many of which kind, and which tags they have. Of all of them, however many. Reader thread. */
import type { CatalogConnection } from '../connection.ts';

export interface PhotoSummary {
  readonly photos: number;
  readonly captioned: number;
  /** Those whose shown caption a person wrote. */
  readonly human: number;
  readonly doubtful: number;
  readonly stale: number;
  /** Their file could not be read, or a job of theirs failed. */
  readonly failed: number;
  /** The most frequent first. */
  readonly tags: readonly { readonly path: string; readonly photos: number }[];
}

const maxTags = 500;

/** Ids that are no more are left out. */
export function photoSummary(connection: CatalogConnection, photoIds: readonly number[]): PhotoSummary {
  const ids = JSON.stringify(photoIds);
  return connection.read(() => {
    const counts = connection
      .prepare<[string], Omit<PhotoSummary, 'tags'>>(
        `SELECT count(*) AS photos, count(shown_caption_id) AS captioned,
           count(*) FILTER (WHERE shown_source = 'human') AS human,
           count(*) FILTER (WHERE shown_doubtful = 1) AS doubtful,
           count(*) FILTER (WHERE shown_revision < revision) AS stale,
           count(*) FILTER (WHERE problem_code IS NOT NULL OR EXISTS (
             SELECT 1 FROM job WHERE job.photo_id = photo.id AND job.state <> 'waiting')) AS failed
         FROM photo WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .get(ids);
    const tags = connection
      .prepare<[string, number], { path: string; photos: number }>(
        `SELECT tag.path, count(DISTINCT photo_id) AS photos
         FROM photo_tag JOIN tag ON tag.id = tag_id
         WHERE photo_id IN (SELECT value FROM json_each(?)) AND removed_run_id IS NULL
         GROUP BY tag.id ORDER BY photos DESC, tag.path_key LIMIT ?`,
      )
      .all(ids, maxTags);
    const none = { photos: 0, captioned: 0, human: 0, doubtful: 0, stale: 0, failed: 0 };
    return { ...(counts ?? none), tags };
  });
}
