/** @file How far two short texts differ in their words, whatever the words' forms and order. Pure. */
import { searchableText } from './searchableText.ts';
import { stemOf, writtenWords } from './wordStems.ts';

/** The stems of its words; of a word without a known stem itself. */
export function stemsOf(text: string): Set<string> {
  const written = writtenWords(text);
  const words = searchableText(text)
    .split(' ')
    .filter((word) => word !== '');
  return new Set(words.map((word) => stemOf(word, written.get(word) ?? word) ?? word));
}

/** One minus the Jaccard index: 0 for the same words, 1 where no word is common. Of two empty texts 0. */
export function wordDistance(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const all = one.union(other).size;
  return all === 0 ? 0 : 1 - one.intersection(other).size / all;
}
