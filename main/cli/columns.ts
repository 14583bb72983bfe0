/** @file Text in the cells of a terminal: how many it takes, cut to fit, and in columns. Pure. */
import { eastAsianWidth } from 'get-east-asian-width';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Cells of a terminal: East Asian characters and pictures take two, what is put on another character none. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of characters.segment(text)) width += widthOfCharacter(segment);
  return width;
}

/** @param character as a person sees it, of one or more code points */
function widthOfCharacter(character: string): 0 | 1 | 2 {
  if (/^[\p{M}\p{Cf}]/u.test(character)) return 0;
  return /\p{Emoji_Presentation}|\ufe0f/u.test(character) ? 2 : eastAsianWidth(character.codePointAt(0) ?? 0);
}

/** Cuts a line so that it is shorter than a terminal is wide. */
export function fitted(line: string, columns: number): string {
  if (widthOf(line) < columns) return line;
  let width = 1;
  let kept = '';
  for (const { segment } of characters.segment(line)) {
    width += widthOfCharacter(segment);
    if (width >= columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/**
 * Lines of at most so many cells, broken at white space and beside East Asian characters, never before a mark that ends
 * what is before it. Line ends that are there stay.
 */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(text: string, columns: number): string {
  const lines: string[] = [];
  let line = '';
  for (const part of (text.match(/\s*\S+/g) ?? []).flatMap((word) => word.split(besideHan))) {
    if (line !== '' && widthOf(line) + widthOf(part) > columns) {
      lines.push(line);
      line = part.trimStart();
    } else {
      line += part;
    }
  }
  return [...lines, line].join('\n');
}

/** Behind an East Asian character or mark, and before a character; not before a mark that closes, nor behind one that opens. */
const besideHan =
  /(?<=[\p{Script=Han}，。：；、？！）”》])(?![，。：；、？！）”》…])|(?<![\s（“《])(?=[\p{Script=Han}（《])/u;

/** Left-aligned columns, two spaces apart, no space at the line ends. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
