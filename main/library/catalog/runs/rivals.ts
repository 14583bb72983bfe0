/**
 * @file Rows that a photo has no two of: texts of the person here about the same, and what another document says once more.
 * Where an undo would bring one back beside another, the later one stands in its place, as if it had come second. Used by undo.
 */
import type { CatalogConnection } from '../connection.ts';
import { isElsewhere } from '../texts/actRank.ts';
import { bringingRun, type ChangedEntity } from './changes.ts';

interface Table {
  /** What rows may be rivals about. */
  readonly about: string;
  /** What they say of it. */
  readonly said: string;
  /** SQL: the run of who said so. */
  readonly authorRun: (row: string) => string;
  /** SQL: a person here said that it is right. */
  readonly isApproved: (row: string) => string;
}

const authorOrRun = (row: string) => `coalesce(${row}.author_run_id, ${row}.run_id)`;
const hasApproval = (column: string) => (row: string) =>
  `EXISTS (SELECT 1 FROM approval WHERE ${column} = ${row}.id AND approval.removed_run_id IS NULL)`;

const tables: Partial<Record<ChangedEntity, Table>> = {
  caption: { about: 'kind', said: 'text', authorRun: authorOrRun, isApproved: hasApproval('caption_id') },
  answer: { about: 'question_id', said: 'text', authorRun: (row) => `${row}.run_id`, isApproved: () => '0' },
  // Of each source one at most, whoever it is.
  photo_tag: { about: 'tag_id', said: 'source', authorRun: () => '0', isApproved: hasApproval('photo_tag_id') },
};

export interface Rival {
  readonly rowId: number;
  /** The run that brought it. */
  readonly runId: number;
  /** The run that brought the row whose rival it is. */
  readonly rivalRunId: number;
}

export interface Rivals {
  /** Those that the reverted run added: they go. */
  readonly going: readonly Rival[];
  /** One that stays in the row's place. */
  readonly stronger: Rival | undefined;
  /** Those whose place the row takes. */
  readonly weaker: readonly Rival[];
}

/** Of a row that is not there, among those that are. */
export function rivalsOf(
  connection: CatalogConnection,
  entity: ChangedEntity,
  rowId: number,
  revertedRunId: number,
): Rivals {
  const table = tables[entity];
  if (table === undefined) return { going: [], stronger: undefined, weaker: [] };
  const rows = connection
    .prepare<[number, number], Rival & { readonly isGoing: number; readonly isStronger: number }>(
      rivalsSql(entity, table),
    )
    .all(revertedRunId, rowId);
  const staying = rows.filter(({ isGoing }) => isGoing === 0);
  return {
    going: rows.filter(({ isGoing }) => isGoing === 1),
    stronger: staying.find(({ isStronger }) => isStronger === 1),
    weaker: staying.filter(({ isStronger }) => isStronger === 0),
  };
}

function rivalsSql(entity: ChangedEntity, { about, said, authorRun, isApproved }: Table): string {
  const isOwn = (row: string) =>
    entity === 'photo_tag' ? '0' : `(${row}.source = 'human' AND NOT ${isElsewhere(authorRun(row))})`;
  // What a person here approved stays, else the later one.
  const rank = (row: string) => `(${isApproved(row)}, ${bringingRun(entity, row)})`;
  return `SELECT other.id AS rowId, ${bringingRun(entity, 'other')} AS runId,
      ${bringingRun(entity, 'this')} AS rivalRunId, ${rank('other')} > ${rank('this')} AS isStronger,
      EXISTS (SELECT 1 FROM change WHERE run_id = ? AND entity = '${entity}' AND row_id = other.id
        AND action = 'add') AND NOT ${isApproved('other')} AS isGoing
    FROM ${entity} AS this JOIN ${entity} AS other
      ON other.photo_id = this.photo_id AND other.${about} = this.${about} AND other.removed_run_id IS NULL
    WHERE this.id = ? AND other.id <> this.id AND other.source = this.source AND runId <> rivalRunId
      AND iif(${isOwn('this')}, ${isOwn('other')}, NOT ${isOwn('other')} AND other.${said} = this.${said}
        AND (this.source = 'import' OR ${authorRun('other')} = ${authorRun('this')}))`;
}
