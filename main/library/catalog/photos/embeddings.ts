/** @file Which photos have vectors by which model, and where in the vector files beside the catalog they lie. */
import type { CatalogConnection } from '../connection.ts';

/** Where a photo's vectors lie. */
export interface EmbeddingPlace {
  readonly photoId: number;
  readonly slot: number;
  /** Of the values that were written there. */
  readonly checksum: number;
}

export interface NewEmbedding extends EmbeddingPlace {
  /** The content that was embedded. */
  readonly photoRevision: number;
}

export interface PhotoHash {
  readonly photoId: number;
  /** 8 bytes. */
  readonly hash: Uint8Array;
}

interface PlaceRow {
  readonly photo_id: number;
  readonly slot: number;
  readonly checksum: number;
}

export class EmbeddingStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Models that photos have vectors by. */
  modelKeys(): string[] {
    // jumps from model to model: a plain DISTINCT would read every row
    return this.#connection
      .prepare<[], string>(
        `WITH RECURSIVE model (key) AS (
           SELECT min(model_key) FROM embedding
           UNION ALL
           SELECT (SELECT min(model_key) FROM embedding WHERE model_key > key) FROM model WHERE key IS NOT NULL
         )
         SELECT key FROM model WHERE key IS NOT NULL`,
      )
      .pluck()
      .all();
  }

  /** By ascending photo ids, from the first beyond `afterPhotoId`. */
  page(modelKey: string, afterPhotoId: number, limit: number): EmbeddingPlace[] {
    return this.#connection
      .prepare<[string, number, number], PlaceRow>(
        `SELECT photo_id, slot, checksum FROM embedding WHERE model_key = ? AND photo_id > ?
         ORDER BY photo_id LIMIT ?`,
      )
      .all(modelKey, afterPhotoId, limit)
      .map(({ photo_id, slot, checksum }) => ({ photoId: photo_id, slot, checksum }));
  }

  /**
   * Replaces what the photos had by this model. Returns the photos that it was stored of: not of one that is gone, or
   * whose content is another by now.
   */
  put(modelKey: string, embeddings: readonly NewEmbedding[]): number[] {
    return this.#connection.write(() =>
      embeddings
        .filter(({ photoId, photoRevision, slot, checksum }) => {
          const { changes } = this.#connection
            .prepare(
              `INSERT INTO embedding (model_key, photo_id, photo_revision, slot, checksum)
               SELECT @modelKey, id, revision, @slot, @checksum FROM photo WHERE id = @photoId AND revision = @photoRevision
               ON CONFLICT (model_key, photo_id) DO UPDATE SET
                 photo_revision = excluded.photo_revision, slot = excluded.slot, checksum = excluded.checksum`,
            )
            .run({ modelKey, photoId, photoRevision, slot, checksum });
          return changes > 0;
        })
        .map(({ photoId }) => photoId),
    );
  }

  /** The photos are to be embedded again. */
  remove(modelKey: string, photoIds: Iterable<number>): void {
    this.#connection.write(() => {
      const statement = this.#connection.prepare('DELETE FROM embedding WHERE model_key = ? AND photo_id = ?');
      for (const photoId of photoIds) statement.run(modelKey, photoId);
    });
  }

  /** All photos are to be embedded again by this model, or never again. */
  clear(modelKey: string): void {
    this.#connection.write(() => {
      this.#connection.prepare('DELETE FROM embedding WHERE model_key = ?').run(modelKey);
    });
  }

  /** How many photos have vectors by this model of their content as it is now, and how many could have. */
  coverage(modelKey: string): { readonly embedded: number; readonly photos: number } {
    const embedded = this.#connection.value<number>(
      `SELECT count(*) FROM embedding JOIN photo ON photo.id = photo_id
       WHERE model_key = ? AND photo_revision = revision AND missing_since_ms IS NULL`,
      modelKey,
    );
    const photos = this.#connection.value<number>('SELECT count(*) FROM photo WHERE missing_since_ms IS NULL');
    return { embedded, photos };
  }

  /** Photos that are there and have a perceptual hash. By ascending ids, from the first beyond `afterPhotoId`. */
  hashes(afterPhotoId: number, limit: number): PhotoHash[] {
    return this.#connection
      .prepare<[number, number], { readonly id: number; readonly perceptual_hash: Buffer }>(
        `SELECT id, perceptual_hash FROM photo
         WHERE id > ? AND length(perceptual_hash) = 8 AND missing_since_ms IS NULL ORDER BY id LIMIT ?`,
      )
      .all(afterPhotoId, limit)
      .map(({ id, perceptual_hash }) => ({ photoId: id, hash: perceptual_hash }));
  }
}
