/** @file English: the facets below the filter bar. */
import { counted, english } from './format.ts';

export const facets = {
  facets: 'Filter by value',
  show: 'Show values to filter by',
  nothing: 'The photos shown have no values to filter by.',
  names: {
    taken: 'Date taken',
    folder: 'Folder',
    camera: 'Camera',
    lens: 'Lens',
    rating: 'Rating',
    flag: 'Flag',
    label: 'Color label',
    tag: 'Tag',
    person: 'Person',
    place: 'Place',
    source: 'Caption by',
    model: 'Model',
    state: 'Status',
  },
  none: 'None',
  sources: { human: 'A person', model: 'A model', import: 'An import' },
  states: {
    doubtful: 'Doubtful',
    stale: 'Out of date',
    failed: 'Failed',
    captioned: 'No caption',
    tagged: 'No tags',
  },
  valueName: (value: string, photos: number) => `${value}, ${counted(photos, 'photo')}`,
  more: (values: number) => `${english.number(values)} more`,
};
