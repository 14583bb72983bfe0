/** @file What a value of a facet is called. Pure; renderer only. */
import type { Formats } from '../../../resources/messages/format.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Facet, FacetName, FacetValue } from '../../../schemas/facet.ts';
import { labelName } from '../../state/marks.ts';

export interface FacetValueText {
  /** In the list. */
  readonly short: string;
  /** All of it, for screen readers and on hover. */
  readonly long: string;
}

export function facetTitle({ facet, field }: Pick<Facet, 'facet' | 'field'>, texts: Texts): string {
  const names: Partial<Record<FacetName, string>> = texts.facets.names;
  return field?.name ?? names[facet] ?? facet;
}

export function facetValueText(
  { facet, field }: Pick<Facet, 'facet' | 'field'>,
  value: FacetValue,
  texts: Texts,
  format: Formats,
): FacetValueText {
  const { none, sources, states } = texts.facets;
  const { marks } = texts;
  if (value === null) return same(none);
  if (field?.type === 'yesNo') return same(value === 'yes' ? texts.fields.values.yes : texts.fields.values.no);
  switch (facet) {
    case 'taken':
      return same(format.calendar(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0));
    case 'folder':
      // Above its last two levels, it is the same for most.
      return { short: value.split('/').slice(-2).join('/'), long: value };
    case 'rating':
      if (Number(value) < 0) return same(marks.rejected);
      return value === '0'
        ? same(marks.stars(0))
        : { short: '★'.repeat(Number(value)), long: marks.stars(Number(value)) };
    case 'flag':
      return same(value === 'pick' ? marks.picked : marks.rejected);
    case 'label':
      return same(labelName(value, marks));
    case 'source':
      return same(value in sources ? sources[value as keyof typeof sources] : value);
    case 'state':
      return same(value in states ? states[value as keyof typeof states] : value);
    default:
      return same(value);
  }
}

function same(text: string): FacetValueText {
  return { short: text, long: text };
}
