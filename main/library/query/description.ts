/** @file Takes a query apart into what it describes and what it demands, for searching by similarity to a text. Pure. */
import type { Query } from './ast.ts';

export interface DescribedQuery {
  /** The plain words of the query, in order; empty where there are none. */
  readonly description: string;
  /** The query without them. */
  readonly demands: Query;
}

/** Words count where they are wanted on the whole; negated ones, alternatives and words of a field are demands. */
export function describedQuery(
  query: Query,
  /** Also leaves out what photos are to be similar to. */
  { withSimilar = false }: { readonly withSimilar?: boolean } = {},
): DescribedQuery {
  const operands = query.kind === 'and' ? query.operands : [query];
  const texts: string[] = [];
  const demands: Query[] = [];
  for (const operand of operands) {
    if (operand.kind === 'words' && operand.place === null) {
      texts.push(...operand.pattern.map((part) => (part.kind === 'literal' ? part.text : '')));
    } else if (operand.kind !== 'everything' && !(withSimilar && operand.kind === 'similar')) {
      demands.push(operand);
    }
  }
  const [only] = demands;
  return {
    description: texts
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join(' '),
    demands: demands.length > 1 ? { kind: 'and', operands: demands } : (only ?? { kind: 'everything' }),
  };
}
