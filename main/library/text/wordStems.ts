/// <reference path="./winkPorter2Stemmer.d.ts" />
/**
 * @file What the forms of a word have in common: "boat" and "boats" have one stem. Where the script says which language
 * it is, Snowball's stemmer for that language finds it (https://snowballstem.org); Latin letters are taken for English,
 * in which the models write: another language's forms would make English words equal that are not. Pure.
 */
import { stemmer as arabic } from '@orama/stemmers/arabic';
import { stemmer as armenian } from '@orama/stemmers/armenian';
import { stemmer as greek } from '@orama/stemmers/greek';
import { stemmer as hindi } from '@orama/stemmers/indian';
import { stemmer as russian } from '@orama/stemmers/russian';
import { stemmer as tamil } from '@orama/stemmers/tamil';
import porter2 from 'wink-porter2-stemmer';
import { foldText, searchableText } from './searchableText.ts';

/** Longer ones are no words, and would only take time. */
const maxStemmed = 40;
const shortestStemmed = 3;

/** Plurals of what photos show that have no ending in common with the word. */
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    children: 'child',
    people: 'person',
    feet: 'foot',
    teeth: 'tooth',
    geese: 'goose',
    mice: 'mouse',
    oxen: 'ox',
    leaves: 'leaf',
    wolves: 'wolf',
    knives: 'knife',
    wives: 'wife',
    calves: 'calf',
    halves: 'half',
    loaves: 'loaf',
    shelves: 'shelf',
    thieves: 'thief',
    scarves: 'scarf',
    hooves: 'hoof',
    elves: 'elf',
    buses: 'bus',
    gases: 'gas',
    cacti: 'cactus',
  }),
);
/** Words in -men that are no plurals; "firemen" is one. */
const singularInMen = new Set(
  ['abdomen', 'acumen', 'albumen', 'amen', 'bitumen', 'cyclamen', 'dolmen', 'hymen', 'lumen', 'omen', 'ramen'].concat([
    'regimen',
    'semen',
    'specimen',
    'stamen',
    'yemen',
  ]),
);

function english(word: string): string {
  const singular = irregular.get(word);
  if (singular !== undefined) return porter2(singular);
  return porter2(word.endsWith('men') && !singularInMen.has(word) ? `${word.slice(0, -3)}man` : word);
}

const stemmers: readonly (readonly [script: RegExp, stemmer: (word: string) => string])[] = [
  [/^\p{Script=Cyrillic}+$/u, russian],
  [/^\p{Script=Greek}+$/u, greek],
  [/^[\p{Script=Arabic}\p{M}]+$/u, arabic],
  [/^[\p{Script=Devanagari}\p{M}]+$/u, hindi],
  [/^[\p{Script=Tamil}\p{M}]+$/u, tamil],
  [/^\p{Script=Armenian}+$/u, armenian],
];

/** Of each word of a text, as `searchableText` has it, how it was written; words that have no stem are left out. */
export function writtenWords(text: string): Map<string, string> {
  const words = new Map<string, string>();
  // With its accents: in some languages they are part of the endings.
  for (const written of text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}]+/gu) ?? []) {
    const word = searchableText(written);
    if (!words.has(word) && !word.includes(' ')) words.set(word, written);
  }
  return words;
}

/** Null where the language is not known, or where words have no forms. */
export function stemOf(word: string, written: string): string | null {
  if (written.length < shortestStemmed || written.length > maxStemmed) return null;
  if (/^[a-z]+$/.test(word)) return english(word);
  const stemmer = stemmers.find(([script]) => script.test(written))?.[1];
  return stemmer === undefined ? null : foldText(stemmer(written));
}
