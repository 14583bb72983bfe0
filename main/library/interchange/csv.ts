/** @file CSV by RFC 4180: a header line, CRLF, quotes where they are needed. */

import type { Included } from '../../../schemas/exports.ts';
import { columnText, type FieldColumn } from '../catalog/exports/exportedFields.ts';
import type { DocumentShape } from './documentShape.ts';
import { markColumns, markTitles, tagPaths } from './photoRow.ts';
import { withoutControls } from './plainText.ts';

/** @param questions a column each, where answers are included, but for those of the fields, which have columns, too */
export function csvShape(
  { scores, tags, altText, longDescription, shownMarks }: Included,
  questions: readonly string[],
  fields: readonly FieldColumn[],
): DocumentShape {
  const held = new Set(fields.flatMap((field) => field.questions));
  const others = questions.filter((question) => !held.has(question));
  const columns = [
    'file_name',
    'caption',
    'width',
    'height',
    'model',
    'prompt',
    ...(scores ? ['itm'] : []),
    ...(altText ? ['alt_text'] : []),
    ...(longDescription ? ['long_description'] : []),
    ...(tags ? ['tags'] : []),
    ...(shownMarks ? markTitles : []),
    ...fields.map(({ title }) => title),
    ...others,
  ];
  const header = csvLine(columns);
  return [
    {
      opening: header,
      between: '',
      closing: '',
      empty: header,
      pieces: (record) => {
        const [caption] = record.captions;
        const marks = markColumns(record);
        const answers = new Map(record.answers.map(({ question, text }) => [question, text]));
        return [
          csvLine([
            record.file,
            caption?.text ?? '',
            String(record.width ?? ''),
            String(record.height ?? ''),
            caption?.model ?? '',
            caption?.instruction ?? caption?.runInstruction ?? '',
            ...(scores ? [String(caption?.itm ?? '')] : []),
            ...(altText ? [record.altTexts[0]?.text ?? ''] : []),
            ...(longDescription ? [record.longDescriptions[0]?.text ?? ''] : []),
            ...(tags ? [tagPaths(record).join('; ')] : []),
            ...(shownMarks ? markTitles.map((title) => String(marks[title] ?? '')) : []),
            ...fields.map((field) => columnText(field, record.answers)),
            ...others.map((question) => answers.get(question) ?? ''),
          ]),
        ];
      },
    },
  ];
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Also in the full width of East Asian text, which spreadsheets there take for the same, and behind white space, which some
 * cut off. Quote marks in front count as if
 * they were ours, so that taking one off gives back what was there.
 */
const formulaStart = /^'*(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;

export function csvCell(content: string): string {
  const harmless = neutralized(content);
  return /[",\r\n]/.test(harmless) ? quoted(harmless) : harmless;
}

export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * A spreadsheet runs a cell that begins like a formula, and file names and captions are other people's text: such a
 * cell gets a quote mark in front, which spreadsheets show as plain text. Control characters, at which some programs end a
 * text, are left out.
 */
export function neutralized(content: string): string {
  const text = withoutControls(content);
  return formulaStart.test(text) ? `'${text}` : text;
}

/** What the cell was before it was made harmless. */
export function withoutNeutralizer(cell: string): string {
  return cell.startsWith("'") && formulaStart.test(cell) ? cell.slice(1) : cell;
}
