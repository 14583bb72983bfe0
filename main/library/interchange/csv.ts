/** @file CSV by RFC 4180: a header line, CRLF, quotes where they are needed. */
import type { DocumentShape } from './documentShape.ts';
import type { Included } from './included.ts';
import { tagPaths } from './jsonl.ts';

/** @param questions a column each, where answers are included */
export function csvShape({ tags }: Included, questions: readonly string[]): DocumentShape {
  const columns = [
    'file_name',
    'caption',
    'width',
    'height',
    'model',
    'prompt',
    ...(tags ? ['tags'] : []),
    ...questions,
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
        const answers = new Map(record.answers.map(({ question, text }) => [question, text]));
        return [
          csvLine([
            record.file,
            caption?.text ?? '',
            String(record.width ?? ''),
            String(record.height ?? ''),
            caption?.model?.id ?? '',
            caption?.instruction ?? '',
            ...(tags ? [tagPaths(record).join('; ')] : []),
            ...questions.map((question) => answers.get(question) ?? ''),
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
 * A spreadsheet runs a cell that begins like a formula, and file names and captions are other people's text: such a
 * cell gets a quote mark in front, which spreadsheets show as plain text.
 */
export function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
