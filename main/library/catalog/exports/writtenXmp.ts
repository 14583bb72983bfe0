/** @file What Vignette put into the XMP sidecars of a photo: it may replace and remove that, and nothing else. */
import * as z from 'zod';
import { pathExists } from '../../../../native-models/foreignFile.ts';
import type { CatalogConnection } from '../connection.ts';

export interface WrittenXmp {
  /** The sidecar's, if it is Vignette's. */
  readonly description: string | null;
  /** By the field that they were added to. What was there before is not among them. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

interface Row {
  readonly path: string;
  readonly description: string | null;
  /** Where they are kept since there were only tags. */
  readonly tags: string;
}

const valuesSchema = z.record(z.string(), z.array(z.string()));

/**
 * What Vignette put into the sidecar. One that was moved with its photo is remembered under its old name, which nothing
 * has any more.
 *
 * @param written of the photo
 * @param file absolute
 */
export async function writtenTo(
  written: ReadonlyMap<string, WrittenXmp>,
  file: string,
): Promise<WrittenXmp | undefined> {
  const here = written.get(file);
  if (here !== undefined) return here;
  for (const [moved, there] of written) {
    if (!(await pathExists(moved))) return there;
  }
  return undefined;
}

export class WrittenXmpStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** By the sidecars' absolute paths; a sidecar that was moved with its photo is there under its old one. */
  of(photoId: number): Map<string, WrittenXmp> {
    return new Map(
      this.#connection
        .prepare<[number], Row>('SELECT path, description, tags FROM written_xmp WHERE photo_id = ?')
        .all(photoId)
        .map(({ path, description, tags }) => [path, { description, values: valuesSchema.parse(JSON.parse(tags)) }]),
    );
  }

  /** Nothing of a photo that left the catalog meanwhile. @param file absolute */
  set(photoId: number, file: string, { description, values }: WrittenXmp): void {
    this.#connection.write(() => {
      this.#connection
        .prepare<[string, string | null, string, number, number]>(
          `INSERT INTO written_xmp (photo_id, path, description, tags, written_at_ms)
           SELECT id, ?, ?, ?, ? FROM photo WHERE id = ?
           ON CONFLICT (photo_id, path) DO UPDATE SET
             description = excluded.description, tags = excluded.tags, written_at_ms = excluded.written_at_ms`,
        )
        .run(file, description, JSON.stringify(values), Math.floor(this.#connection.nowMs()), photoId);
    });
  }

  remove(photoId: number, file: string): void {
    this.#connection.write(() => {
      this.#connection.prepare('DELETE FROM written_xmp WHERE photo_id = ? AND path = ?').run(photoId, file);
    });
  }
}
