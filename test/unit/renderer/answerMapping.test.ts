/** @file Answers that become tags: what is suggested, and the rules that are made of it. */
import { describe, expect, it } from 'vitest';
import {
  proposedMapping,
  saidInAnswers,
  suggestedTag,
  taggingRules,
} from '../../../renderer/state/runs/answerMapping.ts';

describe('answers', () => {
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
