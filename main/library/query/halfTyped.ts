/** @file A query whose last word may be half typed, as the query that it may become. Pure. */
import type { Pattern, Query } from './ast.ts';

/**
 * The query with its last word, tag or folder as the beginning of others: `boa` becomes `boa*`. Undefined where the last
 * thing in it could not go on: another filter, words in quotation marks, a wildcard, or what photos are not to have.
 */
export function withOpenEnd(query: Query): Query | undefined {
  switch (query.kind) {
    case 'words':
      return canGoOn(query.pattern) && !query.exact ? opened(query) : undefined;
    case 'path':
      return canGoOn(query.pattern) && !query.whole ? opened(query) : undefined;
    case 'and':
    case 'or': {
      const last = query.operands.at(-1);
      const open = last === undefined ? undefined : withOpenEnd(last);
      return open === undefined ? undefined : { ...query, operands: [...query.operands.slice(0, -1), open] };
    }
    default:
      return undefined;
  }
}

function canGoOn(pattern: Pattern): boolean {
  const last = pattern.at(-1);
  return last?.kind === 'literal' && /[\p{L}\p{M}\p{N}]$/u.test(last.text);
}

function opened<Part extends { readonly pattern: Pattern }>(query: Part): Part {
  return { ...query, pattern: [...query.pattern, { kind: 'any' }] };
}
