/** @file Which photos' sidecars are kept in step with the catalog, and what they held when they last were. */
import * as z from 'zod';
import { textKindSchema } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';

const textsSchema = z.record(textKindSchema, z.string().nullable()).readonly();

const liveStateSchema = z.object({
  /** Of what the catalog had to write, and of the sidecars beside the photo: as long as it is the same, nothing is to be done. */
  seen: z.string(),
  texts: textsSchema,
  tags: z.array(z.string()).readonly(),
  contested: textsSchema,
});
export type LiveSidecarState = Readonly<z.output<typeof liveStateSchema>>;

export class LiveSidecarStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Those of the photos that can be reached and lie in folders whose sidecars are kept in step. */
  among(photoIds: readonly number[]): number[] {
    return this.#connection
      .prepare<[string], number>(`${livePhotos} AND photo.id IN (SELECT value FROM json_each(?)) ORDER BY photo.id`)
      .pluck()
      .all(JSON.stringify(photoIds));
  }

  /** All such photos that have something to write, had something, or may have a sidecar; after `afterId`. */
  after(afterId: number, limit: number): number[] {
    return this.#connection
      .prepare<[number, number], number>(
        `${livePhotos} AND photo.id > ? AND (
           EXISTS (SELECT 1 FROM caption WHERE photo_id = photo.id AND removed_run_id IS NULL)
           OR EXISTS (SELECT 1 FROM photo_tag WHERE photo_id = photo.id AND removed_run_id IS NULL)
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

const livePhotos = `
  SELECT photo.id FROM photo JOIN folder ON folder.id = folder_id JOIN root ON root.id = root_id
  WHERE live_sidecars = 1 AND watched = 1 AND root.state = 'online' AND missing_since_ms IS NULL`;
