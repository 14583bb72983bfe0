/** @file What compiling one query to SQL needs beside the query. */
import type { CatalogConnection } from './connection.ts';

export interface SearchContext {
  readonly connection: CatalogConnection;
  /** For "today". */
  readonly nowMs: number;
  /** The words behind each wildcard and each stem, once looked up. */
  readonly wordsLike: Map<string, readonly string[]>;
}

export function searchContext(connection: CatalogConnection, nowMs: number): SearchContext {
  return { connection, nowMs, wordsLike: new Map() };
}
