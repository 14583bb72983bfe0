/**
 * @file A catalog with nothing in it, as the first start makes it. All migrations take ten times as long as most of what
 * is tested on a new catalog: they run once, and libraries begin with a copy.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../main/library/catalog/database.ts';

let content: Buffer | undefined;

/** Writes it to a file that is not there yet. */
export function writeEmptyCatalog(file: string): void {
  content ??= madeByMigrations();
  // As `openDatabase` makes it.
  writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
}

function madeByMigrations(): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'vignette-schema-'));
  try {
    const file = path.join(folder, 'catalog.db');
    openDatabase(file).close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
