/** @file Schema 3: the shapes of all photos are read without the rest of them, as a grid needs them before it can show anything. */
import type { Database } from 'better-sqlite3';

export function shapes(database: Database): void {
  database.exec('CREATE INDEX photo_shape ON photo (width, height)');
}
