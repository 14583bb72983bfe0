/** @file The types of wink-porter2-stemmer, which has none. */
declare module 'wink-porter2-stemmer' {
  /** The stem of a word in small letters: https://snowballstem.org/algorithms/english/stemmer.html. */
  export default function stem(word: string): string;
}
