/** @file Blanks of saved questions, three or more underscores: "how many ___ are there?". The person fills them in when they ask. Any process; data only. */

/** Place of a blank in its text, in UTF-16 units. */
export interface Blank {
  readonly start: number;
  readonly end: number;
}

export function blanksIn(text: string): Blank[] {
  return [...text.matchAll(/_{3,}/g)].map(({ 0: { length }, index }) => ({ start: index, end: index + length }));
}

/** The text with the values in the place of its blanks, in their order; a blank without a value stays. */
export function withBlanksFilled(text: string, values: readonly string[]): string {
  let place = 0;
  return text.replaceAll(/_{3,}/g, (blank) => values[place++]?.trim() || blank);
}
