/** @file A text that sorts as people expect names to: IMG_9 before IMG_10, whatever the case and accents. Pure. */
import { foldText } from './searchableText.ts';

/** Numbers longer than this are compared by their first digits only: nobody counts that far. */
const maxNumber = 60;

/** To be compared unit by unit, as SQLite does. */
export function nameOrder(name: string): string {
  return foldText(name).replaceAll(/[0-9]+/g, (digits) => {
    const number = digits.replace(/^0+(?=.)/, '').slice(0, maxNumber);
    // The number of digits goes first: more digits are a greater number.
    return `0${String.fromCharCode(48 + number.length)}${number}`;
  });
}
