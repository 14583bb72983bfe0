/** @file Pieces of SQL with the values that belong to them: what the person typed never becomes SQL. And what compiling one query needs beside it. */
import type { CatalogConnection } from '../connection.ts';

export type SqlValue = string | number;

/** What a photo must meet, as SQL about the table `photo`. Its `?` stand for the parameters, in order. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** An index leads to the photos that meet it, so that SQLite need not look at all of them. */
  readonly indexed: boolean;
  /** A SELECT, with the same parameters, of at least as many rows as photos meet it, that is quick to count. */
  readonly rows: string | null;
  /** A column that it compares with a value, and does no more. */
  readonly comparedColumn: string | null;
  /** Where all of several conditions must be met: those. */
  readonly parts: readonly Condition[];
}

export function condition(sql: string, ...parameters: readonly SqlValue[]): Condition {
  return { sql, parameters, indexed: false, rows: null, comparedColumn: null, parts: [] };
}

/** The photo is one of those whose ids the SELECT finds. */
export function isAmong(ids: string, ...parameters: readonly SqlValue[]): Condition {
  return { ...condition(`photo.id IN (${ids})`, ...parameters), indexed: true, rows: ids };
}

export function comparison(column: string, operator: '<' | '<=' | '>' | '>=', value: SqlValue): Condition {
  return { ...condition(`${column} ${operator} ?`, value), comparedColumn: column };
}

export function allOf(conditions: readonly Condition[]): Condition {
  const parts = conditions.flatMap((part) => (part.parts.length > 0 ? part.parts : [part]));
  const indexed = parts.some((part) => part.indexed);
  return { ...joined(parts, ' AND ', '1'), indexed, comparedColumn: null, parts };
}

export function anyOf(conditions: readonly Condition[]): Condition {
  return { ...joined(conditions, ' OR ', '0'), indexed: conditions.every(({ indexed }) => indexed) };
}

/** What is unknown, such as the width of a photo that was not read yet, does not meet a condition: it meets its opposite. */
export function noneOf(operand: Condition): Condition {
  return condition(`(${operand.sql}) IS NOT TRUE`, ...operand.parameters);
}

/** `column`, which has an index, is one of the numbers. However many there are, they are one parameter. */
export function isOneOf(column: string, ids: readonly number[]): Condition {
  return isInList(column, JSON.stringify(ids));
}

/** `column`, which has an index, is one of the texts. */
export function isOneOfTexts(column: string, texts: readonly string[]): Condition {
  return isInList(column, JSON.stringify(texts));
}

function isInList(column: string, list: string): Condition {
  const sql = `${column} IN (SELECT value FROM json_each(?))`;
  const rows = column.includes('photo.') ? `SELECT photo.id FROM photo WHERE ${sql}` : null;
  return { ...condition(sql, list), indexed: true, rows };
}

function joined(conditions: readonly Condition[], operator: string, none: string): Condition {
  return condition(
    conditions.length === 0 ? none : conditions.map(({ sql }) => `(${sql})`).join(operator),
    ...conditions.flatMap(({ parameters }) => parameters),
  );
}

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
