/** @file By which names that people and programs write are the same. Pure; any process. */

/** Equal for texts that differ in capitals only. */
export function caselessKey(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** A name on one line, with one space between its words, as it can be stored: halves of characters cannot. */
export function tidied(text: string): string {
  return text.toWellFormed().normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}
