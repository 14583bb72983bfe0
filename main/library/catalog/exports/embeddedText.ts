/** @file What Vignette put into photos' own files, and what stood there before: so that it can leave again, and that comes back. */
import * as z from 'zod';
import type { CatalogConnection } from '../connection.ts';

const embeddedTextSchema = z.object({
  /** By field, those that are Vignette's; empty: that nothing stands there is. */
  texts: z.record(z.string(), z.string()),
  /** By the field that they were added to. What was there before is not among them. */
  tags: z.record(z.string(), z.array(z.string()).readonly()),
  /** By field, texts that Vignette's replaced or took away. */
  previous: z.record(z.string(), z.string()),
});
export type EmbeddedText = Readonly<z.output<typeof embeddedTextSchema>>;

export const nothingEmbedded: EmbeddedText = { texts: {}, tags: {}, previous: {} };

export class EmbeddedTextStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  of(photoId: number): EmbeddedText {
    const text = this.#connection
      .prepare<[number], string>('SELECT written FROM embedded_text WHERE photo_id = ?')
      .pluck()
      .get(photoId);
    return text === undefined ? nothingEmbedded : embeddedTextSchema.parse(JSON.parse(text));
  }

  set(photoId: number, written: EmbeddedText): void {
    const isEmpty = Object.values(written).every((part) => Object.keys(part).length === 0);
    this.#connection.write(() => {
      if (isEmpty) this.#connection.prepare('DELETE FROM embedded_text WHERE photo_id = ?').run(photoId);
      else {
        this.#connection
          .prepare<[number, string, number]>(
            `INSERT INTO embedded_text (photo_id, written, written_at_ms) VALUES (?, ?, ?)
             ON CONFLICT (photo_id) DO UPDATE SET written = excluded.written, written_at_ms = excluded.written_at_ms`,
          )
          .run(photoId, JSON.stringify(written), Math.floor(this.#connection.nowMs()));
      }
    });
  }

  /** Of the photos those into whose files something was written. */
  among(photoIds: readonly number[]): number[] {
    return this.#connection
      .prepare<[string], number>(
        'SELECT photo_id FROM embedded_text WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY photo_id',
      )
      .pluck()
      .all(JSON.stringify(photoIds));
  }
}
