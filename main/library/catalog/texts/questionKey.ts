/** @file Which questions are the same. Pure. */

/** "Is it  indoors?" and "is it indoors" are one question. */
export function questionKey(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replace(/\s*[?？]+$/u, '');
}
