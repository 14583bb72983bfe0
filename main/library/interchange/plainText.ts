/** @file Captions and tags as they go into files of other programs. Pure. */

/** All but tabs and line ends: no program shows them, and some end a text at the first. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

export function withoutControls(text: string): string {
  return text.replaceAll(controls, '');
}

/** For a text file of its own: valid Unicode, nothing invisible around it. */
export function plainText(text: string): string {
  return withoutControls(text.toWellFormed()).trim();
}
