/** @file A parsed query as what SQL needs to find its photos. */
import type { Query } from '../../query/ast.ts';
import type { CatalogConnection } from '../connection.ts';
import { inShownRoot } from '../photos/roots.ts';
import type { SearchContext } from './condition.ts';
import { allOf, anyOf, type Condition, condition, noneOf } from './condition.ts';
import { filterCondition } from './filters.ts';
import { matchCondition, matchOf, splitOffWords, wordsCondition } from './fullText.ts';

export interface CompiledQuery {
  /** What every photo found has to match in full text, where the query asks for that: relevance is about this. */
  readonly match: string | null;
  /** All else that it has to meet. */
  readonly rest: Condition;
}

/** @throws QueryError for words that cannot be searched for */
export function compileQuery(context: SearchContext, query: Query): CompiledQuery {
  const operands = query.kind === 'and' ? query.operands : [query];
  const { match, rest } = splitOffWords(context, operands);
  const conditions = rest.map((operand) => conditionOf(context, operand));
  return { match, rest: allOf([...shownRoots(context.connection), ...presentFiles(query), ...conditions]) };
}

/** The whole query as one condition. */
export function wholeCondition({ match, rest }: CompiledQuery): Condition {
  return match === null ? rest : allOf([matchCondition(match), rest]);
}

function conditionOf(context: SearchContext, query: Query): Condition {
  switch (query.kind) {
    case 'everything':
      return condition('1');
    case 'not':
      return noneOf(conditionOf(context, query.operand));
    case 'and': {
      const { match, rest } = splitOffWords(context, query.operands);
      const conditions = rest.map((operand) => conditionOf(context, operand));
      return allOf(match === null ? conditions : [matchCondition(match), ...conditions]);
    }
    case 'or': {
      const match = matchOf(context, query);
      return match === null
        ? anyOf(query.operands.map((operand) => conditionOf(context, operand)))
        : matchCondition(match);
    }
    case 'words': {
      const match = matchOf(context, query);
      return match === null ? wordsCondition(context, query) : matchCondition(match);
    }
    default:
      return filterCondition(context, query);
  }
}

/**
 * Photos whose file is gone are found only by who asks about that. Nearly all are there, so that SQLite should not take
 * an index on this for the way in: hence the plus.
 */
function presentFiles(query: Query): Condition[] {
  return asksForMissing(query) ? [] : [condition('+photo.missing_since_ms IS NULL')];
}

function asksForMissing(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.operands.some(asksForMissing);
  if (query.kind === 'not') return asksForMissing(query.operand);
  return query.kind === 'flag' && query.field === 'missing';
}

/** What was taken out of the library is kept for a while, in case it comes back, but not found. */
function shownRoots(connection: CatalogConnection): Condition[] {
  const removed = connection.prepare(`SELECT 1 FROM root WHERE state = 'removed'`).get();
  return removed === undefined ? [] : [condition(inShownRoot)];
}
