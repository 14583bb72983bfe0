/** @file The other number of English words: `dogs` for `dog`, and the other way round. Pure; any process. */

const irregular: readonly (readonly [singular: string, plural: string])[] = [
  ['man', 'men'],
  ['child', 'children'],
  ['person', 'people'],
];

/**
 * What a word or phrase in small letters can be in the other number, by its last word. A guess from its ending, to be
 * looked for among known words: `glasses` gives `glass` and `glasse`. None for other scripts and short words.
 */
export function otherNumbers(phrase: string): string[] {
  if (!/[a-z]{3}$/.test(phrase)) return [];
  const singular = singulars(phrase);
  return singular.length > 0 ? singular : plurals(phrase);
}

function singulars(word: string): string[] {
  const except = (ending: string, ...replacements: string[]) =>
    replacements.map((replacement) => word.slice(0, -ending.length) + replacement);
  for (const [one, many] of irregular) if (word.endsWith(many)) return except(many, one);
  if (/[a-z]{2}ies$/.test(word)) return except('ies', 'y', 'ie');
  if (/[a-z]{2}ves$/.test(word)) return except('ves', 've', 'f', 'fe');
  if (/[a-z](?:s|x|z|ch|sh|o)es$/.test(word)) return except('es', '', 'e');
  return /[a-z]{2}[^siu]s$/.test(word) ? except('s', '') : [];
}

function plurals(word: string): string[] {
  for (const [one, many] of irregular) if (word.endsWith(one)) return [word.slice(0, -one.length) + many];
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ies`];
  if (/(?:s|x|z|ch|sh)$/.test(word)) return [`${word}es`];
  if (/[a-z]o$/.test(word)) return [`${word}s`, `${word}es`];
  if (/[^f]fe?$/.test(word)) return [`${word.replace(/fe?$/, '')}ves`, `${word}s`];
  return [`${word}s`];
}
