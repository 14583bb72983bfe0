/** @file The table of answers: found, sorted, counted, turned into rules for tags. */
import { describe, expect, it } from 'vitest';
import {
  type AnswerRow,
  answerCounts,
  filterRows,
  proposedMapping,
  saidInAnswers,
  sortRows,
  suggestedTag,
  taggingRules,
} from '../../../renderer/state/runs/answerTable.ts';

const rows: readonly AnswerRow[] = [
  { photoId: 1, fileName: 'IMG_10.jpg', answers: ['Red', '2'] },
  { photoId: 2, fileName: 'IMG_9.jpg', answers: [null, '10'] },
  { photoId: 3, fileName: 'boat.jpg', answers: ['red.', null] },
  { photoId: 4, fileName: 'sea.jpg', answers: ['blue', '1'] },
];
const ids = (some: readonly AnswerRow[]) => some.map(({ photoId }) => photoId);

describe('rows', () => {
  it('are found by file name or answer, whatever the capitals, or in one column only', () => {
    expect(ids(filterRows(rows, ' RED ', 'any'))).toEqual([1, 3]);
    expect(ids(filterRows(rows, 'boat', 'any'))).toEqual([3]);
    expect(ids(filterRows(rows, '1', 1))).toEqual([2, 4]);
    expect(ids(filterRows(rows, '1', 'photo'))).toEqual([1]);
    expect(ids(filterRows(rows, ' ', 0))).toEqual([1, 2, 3, 4]);
  });

  it('are sorted with numbers by their value, and photos without an answer last both ways', () => {
    expect(ids(sortRows(rows, { column: 'photo', descending: false }, 'en'))).toEqual([3, 2, 1, 4]);
    expect(ids(sortRows(rows, { column: 1, descending: false }, 'en'))).toEqual([4, 1, 2, 3]);
    expect(ids(sortRows(rows, { column: 1, descending: true }, 'en'))).toEqual([2, 1, 4, 3]);
  });
});

describe('answers', () => {
  it('that the library takes for the same count as one, most first', () => {
    expect(answerCounts(rows, 0)).toEqual([
      { answer: 'Red', photos: 2 },
      { answer: 'blue', photos: 1 },
    ]);
  });

  it('suggest a tag unless they say nothing, are a sentence, or mean nothing without their question', () => {
    expect(suggestedTag('A  Red/blue boat.')).toBe('a red blue boat');
    expect(suggestedTag('unknown')).toBe('');
    expect(suggestedTag('it is a long sentence about a boat upon the sea')).toBe('');
    expect(proposedMapping([{ answer: 'yes', photos: 3 }], new Map())).toEqual([
      { answer: 'yes', photos: 3, tag: 'yes', used: false },
    ]);
  });

  it('become rules: those that are used, below the tag above, several with commas between', () => {
    const mapping = [
      { answer: 'clouds, sun', photos: 2, used: true, tag: 'clouds, sun' },
      { answer: 'blue', photos: 1, used: false, tag: 'blue' },
      { answer: 'grey', photos: 1, used: true, tag: ' ' },
    ];
    expect(taggingRules(7, mapping, { above: 'sky/', meant: new Map() })).toEqual([
      { questionId: 7, answer: 'clouds, sun', tag: 'sky/clouds' },
      { questionId: 7, answer: 'clouds, sun', tag: 'sky/sun' },
    ]);
    expect(taggingRules(7, mapping, { above: ' ', meant: new Map() }).map(({ tag }) => tag)).toEqual(['clouds', 'sun']);
  });

  it('become tags of the vocabulary where they mean them, whole or part by part, in its spelling and its tree', () => {
    const counts = ['Puppies.', 'sea, a kite', 'shards'].map((answer, place) => ({ answer, photos: 3 - place }));
    expect(saidInAnswers(counts)).toEqual(['Puppies', 'puppies', 'sea, a kite', 'sea', 'a kite', 'shards']);
    const meant = new Map([
      ['Puppies', 'animals/Dog'],
      ['sea', 'Water/Sea'],
      ['shards', 'cup, broken'],
    ]);
    const mapping = proposedMapping(counts, meant);
    expect(mapping.map(({ tag }) => tag)).toEqual(['animals/Dog', 'Water/Sea, a kite', 'cup, broken']);
    expect(taggingRules(7, mapping, { above: 'things', meant }).map(({ tag }) => tag)).toEqual([
      'animals/Dog',
      'Water/Sea',
      'things/a kite',
      'cup, broken',
    ]);
  });
});
