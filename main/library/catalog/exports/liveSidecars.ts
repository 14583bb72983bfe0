/** @file Which photos' sidecars are kept in step with the catalog, and what they held when they last were. */
import * as z from 'zod';
import { textKindSchema } from '../../../../schemas/text.ts';
import { soundPath } from '../../photos/soundNames.ts';
import type { CatalogConnection } from '../connection.ts';

const textsSchema = z.record(textKindSchema, z.string().nullable()).readonly();

/** Of the sidecar. */
const marksSchema = z.object({ rating: z.string().nullable(), label: z.string().nullable() }).readonly();

const liveStateSchema = z.object({
  /** Of what the catalog had to write, and of the sidecars beside the photo: as long as it is the same, nothing is to be done. */
  seen: z.string(),
  texts: textsSchema,
  tags: z.array(z.string()).readonly(),
  contested: textsSchema,
  /** Not kept before there were any. */
  marks: marksSchema.optional(),
  /** What was going to be written when this was stored: where the process died since, it may be there. */
  writing: z
    .object({ texts: textsSchema, tags: z.array(z.string()).readonly(), marks: marksSchema.optional() })
    .readonly()
    .optional(),
});
export type LiveSidecarState = Readonly<z.output<typeof liveStateSchema>>;

/** A folder whose sidecars are kept in step, and those of all folders below it. */
export interface LiveFolder {
  readonly id: number;
  readonly rootId: number;
  /** From the root, parts joined by '/'; empty for the root's own. */
  readonly relativePath: string;
}

export class LiveSidecarStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Of the roots that the person has, also while their drives are away. */
  folders(): LiveFolder[] {
    return this.#connection
      .prepare<[], LiveFolder>(
        `SELECT folder.id AS id, root_id AS rootId, relative_path AS relativePath
         FROM folder JOIN root ON root.id = root_id WHERE live_sidecars = 1 AND root.state != 'removed'
         ORDER BY root_id, relative_path`,
      )
      .all()
      .map((folder) => ({ ...folder, relativePath: soundPath(folder.relativePath) }));
  }

  /** Those of the photos that can be reached and lie in folders whose sidecars are kept in step. */
  among(photoIds: readonly number[]): number[] {
    return this.#connection
      .prepare<[string], number>(
        `WITH RECURSIVE above (photo_id, folder_id) AS (
           SELECT photo.id, folder_id FROM json_each(?) AS wanted CROSS JOIN photo ON photo.id = wanted.value
             WHERE missing_since_ms IS NULL
           UNION ALL
           SELECT photo_id, parent_id FROM above CROSS JOIN folder ON folder.id = above.folder_id
             WHERE parent_id IS NOT NULL
         )
         SELECT DISTINCT photo_id FROM above WHERE folder_id IN (${reachableLive}) ORDER BY photo_id`,
      )
      .pluck()
      .all(JSON.stringify(photoIds));
  }

  /** All such photos that have something to write, had something, or may have a sidecar; after `afterId`. */
  after(afterId: number, limit: number): number[] {
    return this.#connection
      .prepare<[number, number], number>(
        `WITH RECURSIVE live (id) AS (
           ${reachableLive} UNION SELECT folder.id FROM folder JOIN live ON folder.parent_id = live.id
         )
         SELECT photo.id FROM photo
         WHERE folder_id IN (SELECT id FROM live) AND missing_since_ms IS NULL AND photo.id > ? AND (
           EXISTS (SELECT 1 FROM caption WHERE photo_id = photo.id AND removed_run_id IS NULL)
           OR EXISTS (SELECT 1 FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL)
           OR EXISTS (SELECT 1 FROM mark WHERE photo_id = photo.id AND removed_run_id IS NULL)
           OR EXISTS (SELECT 1 FROM live_sidecar WHERE photo_id = photo.id)
           OR EXISTS (SELECT 1 FROM sidecar WHERE sidecar.folder_id = photo.folder_id))
         ORDER BY photo.id LIMIT ?`,
      )
      .pluck()
      .all(afterId, limit);
  }

  of(photoId: number): LiveSidecarState | undefined {
    const state = this.#connection
      .prepare<[number], string>('SELECT state FROM live_sidecar WHERE photo_id = ?')
      .pluck()
      .get(photoId);
    return state === undefined ? undefined : liveStateSchema.parse(JSON.parse(state));
  }

  set(photoId: number, state: LiveSidecarState): void {
    this.#connection.write(() => {
      this.#connection
        .prepare<[number, string]>(
          `INSERT INTO live_sidecar (photo_id, state) VALUES (?, ?)
           ON CONFLICT (photo_id) DO UPDATE SET state = excluded.state`,
        )
        .run(photoId, JSON.stringify(state));
    });
  }
}

const reachableLive = `
  SELECT folder.id FROM folder JOIN root ON root.id = root_id
  WHERE live_sidecars = 1 AND watched = 1 AND root.state = 'online'`;
