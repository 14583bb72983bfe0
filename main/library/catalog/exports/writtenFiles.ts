/** @file Which output files Vignette wrote, and what was in them: those bytes may be replaced, all others are somebody's. */
import type { CatalogConnection } from '../connection.ts';

/** Kept of every file; whatever was written earlier is no longer in it, or a person put it back. */
const hashesKept = 8;

export class WrittenFileStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Whether these bytes were written to this file. @param file absolute, links followed */
  wrote(file: string, sha256: string): boolean {
    return (
      this.#connection
        .prepare<[string, Buffer]>('SELECT 1 FROM written_file WHERE path = ? AND sha256 = ?')
        .get(file, Buffer.from(sha256, 'hex')) !== undefined
    );
  }

  add(file: string, sha256: string): void {
    this.#connection.write(() => {
      this.#connection
        .prepare<[string, Buffer, number]>(
          `INSERT INTO written_file (path, sha256, written_at_ms) VALUES (?, ?, ?)
           ON CONFLICT (path, sha256) DO UPDATE SET written_at_ms = excluded.written_at_ms`,
        )
        .run(file, Buffer.from(sha256, 'hex'), Math.floor(this.#connection.nowMs()));
      this.#connection
        .prepare<[string, string]>(
          `DELETE FROM written_file WHERE path = ? AND sha256 NOT IN (
             SELECT sha256 FROM written_file WHERE path = ? ORDER BY written_at_ms DESC LIMIT ${hashesKept})`,
        )
        .run(file, file);
    });
  }
}
