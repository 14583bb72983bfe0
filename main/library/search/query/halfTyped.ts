/** @file A query whose last word may be half typed, as the query that it may become. Pure. */
import type { Query } from './ast.ts';

/**
 * The query with its last word as the beginning of words: `boa` becomes `boa*`. Undefined where the last thing in it is
 * no word that could go on: a filter, something in quotation marks, a wildcard, or what photos are not to have.
 */
export function withOpenEnd(query: Query): Query | undefined {
  switch (query.kind) {
    case 'words': {
      const last = query.pattern.at(-1);
      if (query.exact || last?.kind !== 'literal' || !/[\p{L}\p{M}\p{N}]$/u.test(last.text)) return undefined;
      return { ...query, pattern: [...query.pattern, { kind: 'any' }] };
    }
    case 'and':
    case 'or': {
      const last = query.operands.at(-1);
      const opened = last === undefined ? undefined : withOpenEnd(last);
      return opened === undefined ? undefined : { ...query, operands: [...query.operands.slice(0, -1), opened] };
    }
    default:
      return undefined;
  }
}
