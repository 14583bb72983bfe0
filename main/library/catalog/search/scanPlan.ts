/**
 * @file The first photos of an order that meet a condition, found by one of two scans. First SQLite walks the photos in
 * the order, a limited number of them: where many meet the condition, that is enough. Where it is not, few meet it, or
 * they lie elsewhere in the order: all that meet it are collected, and the first of them sorted out. So nothing needs
 * both many steps and many results, and no statistics are needed to choose.
 */
import type { CatalogConnection } from '../connection.ts';
import { allOf, type Condition, isAmong, type SqlValue } from './condition.ts';

/** A scan through photos in an order, all of them or a part. */
export interface ScanPlan {
  /** Tables, outermost first, such that an index has them in the order. */
  readonly from: string;
  /** Which photos it passes; the index knows. */
  readonly where: Condition;
  /** Columns with directions, as in ORDER BY. */
  readonly order: string;
}

const longWalk = 4000;
const longWalkBetweenEnds = 20_000;
/** Who wants more than this gets it by collecting: walking would be no shorter. */
const maxPage = 10_000;

/** The ids of the first `limit` photos of the scan that meet `where`. */
export function firstOf(connection: CatalogConnection, plan: ScanPlan, where: Condition, limit: number): number[] {
  if (!isLongerThan(connection, plan, 0)) return [];
  const rare = where.parts.find((part) => isRare(connection, part));
  if (rare !== undefined || limit > maxPage) return collected(connection, plan, throughPart(where, rare), limit);
  for (const steps of walks(plan, where, limit)) {
    const walked = numbersOf(
      connection,
      `SELECT photo.id
       FROM (SELECT photo.id AS step_id FROM ${plan.from} WHERE ${plan.where.sql} ORDER BY ${plan.order} LIMIT ?) AS step
       CROSS JOIN photo ON photo.id = step.step_id ${joinedFolder(plan)}
       WHERE ${where.sql} ORDER BY ${plan.order} LIMIT ?`,
      [...plan.where.parameters, steps, ...where.parameters, limit],
    );
    if (walked.length === limit || !isLongerThan(connection, plan, steps)) return walked;
  }
  return collected(connection, plan, where, limit);
}

/** How far to walk, and then again from the start. What an index leads to is looked up anew each time: once is enough. */
function walks(plan: ScanPlan, where: Condition, limit: number): number[] {
  // Between two ends that the query itself sets there is seldom much, and all of it is to the point.
  const hasEnds = plan.where.parts.some(({ comparedColumn }) => comparedColumn !== null);
  const far = Math.max(hasEnds ? longWalkBetweenEnds : longWalk, 4 * limit);
  return where.indexed ? [far] : [2 * limit, far];
}

function collected(connection: CatalogConnection, plan: ScanPlan, where: Condition, limit: number): number[] {
  const all = allOf([where, { ...plan.where, sql: withoutIndexes(plan.where.sql) }]);
  return numbersOf(
    connection,
    `SELECT photo.id FROM photo ${scanOf(where)} ${joinedFolder(plan)}
     WHERE ${all.sql} ORDER BY ${withoutIndexes(plan.order)} LIMIT ?`,
    [...all.parameters, limit],
  );
}

function isLongerThan(connection: CatalogConnection, plan: ScanPlan, steps: number): boolean {
  const sql = `SELECT photo.id FROM ${plan.from} WHERE ${plan.where.sql} ORDER BY ${plan.order} LIMIT 1 OFFSET ?`;
  return numbersOf(connection, sql, [...plan.where.parameters, steps]).length > 0;
}

/** So few that collecting them takes less time than the walk. */
const fewRows = 1000;

function isRare(connection: CatalogConnection, { rows, parameters }: Condition): boolean {
  if (rows === null) return false;
  const sql = `SELECT count(*) FROM (SELECT 1 FROM (${rows}) LIMIT ${fewRows + 1})`;
  return (numbersOf(connection, sql, parameters)[0] ?? 0) <= fewRows;
}

/** The same condition, but such that SQLite goes by the index of this part of it. */
function throughPart(where: Condition, part: Condition | undefined): Condition {
  if (part === undefined) return where;
  const others = where.parts.filter((other) => other !== part);
  return allOf([
    part.rows === null ? part : isAmong(part.rows, ...part.parameters),
    ...others.map((other) => ({ ...other, sql: withoutIndexes(other.sql) })),
  ]);
}

function joinedFolder(plan: ScanPlan): string {
  return plan.from.startsWith('folder') ? 'JOIN folder ON folder.id = photo.folder_id' : '';
}

/** A column with a plus before it is one that SQLite looks for in no index: this scan goes through the condition's. */
function withoutIndexes(sql: string): string {
  return sql.replaceAll(/\b(photo|folder)\./g, '+$&');
}

/** Where no index leads to the photos, all are read, from the index that has what searches ask for. */
export function scanOf(where: Condition): string {
  return where.indexed ? '' : 'INDEXED BY photo_facts';
}

/** Runs SQL made for one query. It is not kept: queries are as many as people think of. */
export function numbersOf(connection: CatalogConnection, sql: string, parameters: readonly SqlValue[]): number[] {
  return connection.database
    .prepare<SqlValue[], number>(sql)
    .pluck()
    .all(...parameters);
}
