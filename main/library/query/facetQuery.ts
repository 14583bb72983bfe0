/** @file What a query asks of facets, and the query that asks for one value more or less. Pure. */
import { type FacetName, type FacetValue, fieldFacet, fixedFacetSchema } from '../../../schemas/facet.ts';
import { foldText } from '../text/searchableText.ts';
import type { DateRange, Query } from './ast.ts';
import type { FlagField } from './fields.ts';
import { parseQuery } from './parseQuery.ts';
import { hasWildcards, literalOf } from './patternMatch.ts';
import { quoted } from './printQuery.ts';

/** The states that are worth a look, in the order in which they are shown, each with what its field is asked for. */
export const facetStates: ReadonlyMap<FlagField, boolean> = new Map([
  ['doubtful', true],
  ['stale', true],
  ['failed', true],
  ['captioned', false],
  ['tagged', false],
]);

const answerPrefix = fieldFacet('');

/** Fields are called the same whatever their case and accents. */
export function facetKey(facet: FacetName): string {
  return foldText(facet);
}

export interface ChosenValues {
  readonly values: readonly FacetValue[];
  /** The query without them: of its photos, those with another value would be found beside. */
  readonly rest: Query;
}

/** By their {@link facetKey}, of each facet that the whole query is narrowed down by: `dog (camera:=a OR camera:=b)`, but not `dog OR camera:=a`. */
export function chosenValues(query: Query): ReadonlyMap<string, ChosenValues> {
  const operands = operandsOf(query);
  const chosen = new Map<string, ChosenValues>();
  for (const [index, operand] of operands.entries()) {
    const group = groupOf(operand);
    if (group !== null)
      chosen.set(facetKey(group.facet), { values: group.values, rest: all(operands.toSpliced(index, 1)) });
  }
  return chosen;
}

/** Photos with any of a facet's chosen values are found: one more finds more of them. @throws QueryError for no value of the facet */
export function toggledValue(query: Query, facet: FacetName, value: FacetValue): Query {
  const operands = operandsOf(query);
  const index = operands.findLastIndex((operand) => {
    const group = groupOf(operand);
    return group !== null && facetKey(group.facet) === facetKey(facet);
  });
  const group = operands[index];
  if (group === undefined) return all([...operands, filterOf(facet, value)]);
  const filters = alternativesOf(group);
  const others = filters.filter((filter) => !isSame(groupOf(filter)?.values[0], value));
  const now = others.length < filters.length ? others : [...filters, filterOf(facet, value)];
  const [only] = now;
  if (only === undefined) return all(operands.toSpliced(index, 1));
  return all(operands.with(index, now.length === 1 ? only : { kind: 'or', operands: now }));
}

/** Names are the same whatever their case and accents, as queries compare them. */
export function isSame(one: FacetValue | undefined, other: FacetValue): boolean {
  if (one === undefined || one === null || other === null) return one === other;
  return foldText(one) === foldText(other);
}

function operandsOf(query: Query): readonly Query[] {
  if (query.kind === 'everything') return [];
  return query.kind === 'and' ? query.operands : [query];
}

function alternativesOf(query: Query): readonly Query[] {
  return query.kind === 'or' ? query.operands : [query];
}

function all(operands: readonly Query[]): Query {
  const [only] = operands;
  if (only === undefined) return { kind: 'everything' };
  return operands.length === 1 ? only : { kind: 'and', operands };
}

function groupOf(query: Query): { facet: FacetName; values: FacetValue[] } | null {
  const values = alternativesOf(query).map(facetOf);
  const facet = values[0]?.facet;
  if (facet === undefined) return null;
  if (values.some((one) => one === null || facetKey(one.facet) !== facetKey(facet))) return null;
  return { facet, values: values.flatMap((one) => (one === null ? [] : [one.value])) };
}

/** What `filterOf` makes a filter of; null for any other one. */
function facetOf(query: Query): { facet: FacetName; value: FacetValue } | null {
  if (query.kind === 'answer') return answerFacetOf(query);
  const facet = 'field' in query ? fixedFacetSchema.safeParse(query.field).data : undefined;
  if (query.kind === 'flag' && facetStates.get(query.field) === query.value) {
    return { facet: 'state', value: query.field };
  }
  if (facet === undefined) return null;
  const value = fieldValue(query);
  return value === undefined ? null : { facet, value };
}

function answerFacetOf({
  question,
  test,
}: Extract<Query, { kind: 'answer' }>): { facet: FacetName; value: FacetValue } | null {
  if (test?.kind !== 'text' || hasWildcards(question) || hasWildcards(test.pattern)) return null;
  return { facet: fieldFacet(literalOf(question)), value: literalOf(test.pattern) };
}

function fieldValue(query: Query): FacetValue | undefined {
  switch (query.kind) {
    case 'presence':
      return query.present ? undefined : null;
    case 'choice':
      return query.value;
    case 'number':
      return query.test.kind === 'about' ? query.test.number.text : undefined;
    case 'date':
      return monthOrYear(query.range);
    case 'path':
    case 'label':
      return query.whole && !hasWildcards(query.pattern) ? literalOf(query.pattern) : undefined;
    default:
      return undefined;
  }
}

function monthOrYear({ from, until }: DateRange): string | undefined {
  if (from?.edge !== 'start' || until?.edge !== 'end') return undefined;
  const [first, last] = [from.period, until.period];
  if (first.kind !== 'calendar' || last.kind !== 'calendar' || first.day !== null || last.day !== null)
    return undefined;
  if (first.year !== last.year || first.month !== last.month) return undefined;
  const year = String(first.year).padStart(4, '0');
  return first.month === null ? year : `${year}-${String(first.month).padStart(2, '0')}`;
}

function filterOf(facet: FacetName, value: FacetValue): Query {
  return parseQuery(filterText(facet, value));
}

function filterText(facet: FacetName, value: FacetValue): string {
  if (facet === 'state') {
    const state = [...facetStates].find(([field]) => field === value);
    return `${value}:${state?.[1] === false ? 'no' : 'yes'}`;
  }
  if (value === null) return `${facet}:none`;
  if (facet.startsWith(answerPrefix)) {
    return `${answerPrefix}${quoted(facet.slice(answerPrefix.length))}=${quoted(value)}`;
  }
  const isName = facet !== 'taken' && facet !== 'rating' && facet !== 'flag' && facet !== 'source';
  return `${facet}:${isName ? '=' : ''}${quoted(value)}`;
}
