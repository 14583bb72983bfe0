/**
 * @file A catalog of made-up photos with texts, names and fields. Made once and kept in the system's temporary folder, for
 * making 100,000 takes longer than most of what is measured on them; benches work on copies.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CatalogConnection } from '../main/library/catalog/connection.ts';
import { openDatabase } from '../main/library/catalog/database.ts';
import { migrations } from '../main/library/catalog/migrations/migrations.ts';
import { fillCatalog, fillNames } from './syntheticCatalog.ts';
import { fillFields } from './syntheticFields.ts';

/** What decides what is in it, besides the schema. */
const sources = ['./syntheticCatalog.ts', './syntheticFields.ts', '../main/library/catalog/search/photoText.ts'];

/** Returns how long it took to make; undefined where one was kept. @param file is not there yet */
export function writeFilledCatalog(file: string, photos: number): number | undefined {
  const kept = path.join(tmpdir(), 'vignette-bench-catalogs', `${photos}-${fingerprint()}.db`);
  if (existsSync(kept)) {
    copyFileSync(kept, file);
    return undefined;
  }
  const startMs = performance.now();
  fill(file, photos);
  const tookMs = performance.now() - startMs;
  mkdirSync(path.dirname(kept), { recursive: true });
  const unfinished = `${kept}.${process.pid}`;
  copyFileSync(file, unfinished);
  renameSync(unfinished, kept);
  return tookMs;
}

function fill(file: string, photos: number): void {
  const database = openDatabase(file);
  // Nothing is lost with it.
  database.pragma('synchronous = OFF');
  const connection = new CatalogConnection({ database, file });
  fillCatalog(connection, photos);
  fillNames(connection);
  fillFields(connection);
  database.close();
}

function fingerprint(): string {
  const hash = createHash('sha256').update(`${migrations.at(-1)?.version}`);
  for (const source of sources) hash.update(readFileSync(new URL(source, import.meta.url)));
  return hash.digest('hex').slice(0, 12);
}
