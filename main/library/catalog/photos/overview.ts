/** @file The library at a glance: its folders and how much of it is captioned. Reads every photo's entry: for a reader thread. */
import type { CatalogConnection } from '../connection.ts';
import { inShownRoot } from './roots.ts';

export interface FolderOverview {
  readonly id: number;
  readonly rootId: number;
  readonly parentId: number | null;
  readonly relativePath: string;
  /** In it and below, missing ones left out. */
  readonly photos: number;
  readonly captioned: number;
}

export interface LibraryCounts {
  readonly photos: number;
  readonly captioned: number;
  /** Whose shown caption a person wrote. */
  readonly human: number;
  readonly doubtful: number;
  readonly stale: number;
  /** That could not be read, or whose jobs failed. */
  readonly failed: number;
  readonly missing: number;
}

export interface LibraryOverview {
  readonly folders: readonly FolderOverview[];
  readonly counts: LibraryCounts;
}

export function libraryOverview(connection: CatalogConnection): LibraryOverview {
  return { folders: folders(connection), counts: counts(connection) };
}

function folders(connection: CatalogConnection): FolderOverview[] {
  const own = connection
    .prepare<[], FolderOverview>(
      `SELECT folder.id, root_id AS rootId, parent_id AS parentId, relative_path AS relativePath,
         count(photo.id) AS photos, count(photo.shown_caption_id) AS captioned
       FROM folder JOIN root ON root.id = root_id
       LEFT JOIN photo ON folder_id = folder.id AND missing_since_ms IS NULL
       WHERE root.state <> 'removed' GROUP BY folder.id ORDER BY root_id, relative_path`,
    )
    .all();
  const totals = new Map(own.map((folder) => [folder.id, { ...folder }]));
  // The deepest first, so that each has all that is below it when it is added to the one above.
  const depth = ({ relativePath }: FolderOverview) => (relativePath === '' ? 0 : relativePath.split('/').length);
  for (const { id } of own.toSorted((a, b) => depth(b) - depth(a))) {
    const folder = totals.get(id);
    const parent = folder?.parentId === null ? undefined : totals.get(folder?.parentId ?? 0);
    if (folder === undefined || parent === undefined) continue;
    totals.set(parent.id, {
      ...parent,
      photos: parent.photos + folder.photos,
      captioned: parent.captioned + folder.captioned,
    });
  }
  return own.map(({ id }) => totals.get(id)).filter((folder) => folder !== undefined);
}

function counts(connection: CatalogConnection): LibraryCounts {
  const present = connection
    .prepare<[], Omit<LibraryCounts, 'failed' | 'missing'>>(
      `SELECT count(*) AS photos, count(shown_caption_id) AS captioned,
         count(*) FILTER (WHERE shown_source = 'human') AS human,
         count(*) FILTER (WHERE shown_doubtful = 1) AS doubtful,
         count(*) FILTER (WHERE shown_revision < revision) AS stale
       FROM photo WHERE missing_since_ms IS NULL`,
    )
    .get();
  const missing = connection.value<number>(
    `SELECT count(*) FROM photo WHERE missing_since_ms IS NOT NULL AND ${inShownRoot}`,
  );
  const failed = connection.value<number>(
    `SELECT count(*) FROM (
       SELECT id FROM photo WHERE problem_code IS NOT NULL AND missing_since_ms IS NULL
       UNION SELECT photo_id FROM job JOIN photo ON photo.id = photo_id WHERE state <> 'waiting' AND ${inShownRoot})`,
  );
  const none = { photos: 0, captioned: 0, human: 0, doubtful: 0, stale: 0 };
  return { ...(present ?? none), failed, missing };
}
