/** @file Makes other people's text (captions, file names) harmless on a terminal, and one line long. Pure. */

/**
 * Controls (C0, DEL, C1) could move the cursor or hide text, line ends would break one photo a line, and the direction
 * marks can show text in another order than it has.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const harmful = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Shows what may not be printed as an escape, as a source text would have it. */
export function printable(text: string): string {
  return text.replaceAll(
    harmful,
    (character) => shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** For answers, which may have several lines: line ends and tabs stay. */
export function printableText(text: string): string {
  return text.replaceAll(/[^\n\t]+/g, printable);
}
