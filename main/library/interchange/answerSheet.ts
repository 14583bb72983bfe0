/** @file Answers as cells of a spreadsheet, on the clipboard: what is copied out, and where what is pasted goes. Pure. */
import { CsvError, parse } from 'csv-parse/sync';
import { VignetteError } from '../../../native-models/errors.ts';
import { neutralized, quoted, withoutNeutralizer } from './csv.ts';

/** The name of the column of photos, as in CSV. */
const photoColumn = 'file_name';
/** In characters, as everywhere. */
const maxAnswer = 100_000;

export class AnswerSheetError extends VignetteError {
  declare readonly code: 'SHEET_INVALID' | 'SHEET_HAS_PHOTOS' | 'SHEET_ANSWER_TOO_LONG';

  constructor(code: AnswerSheetError['code'], message: string, cause?: unknown) {
    super(code, message, { cause, retry: 'never', blames: 'question' });
  }
}

export interface CopiedRow {
  /** Undefined where the photos are not copied. */
  readonly fileName: string | undefined;
  /** In the order of the questions; empty where there is none. */
  readonly answers: readonly string[];
}

/** A question as a column of the spreadsheet. */
export interface SheetColumn {
  readonly text: string;
  /** The name of the field that holds its answers. */
  readonly field: string | undefined;
}

/** As the table heads it. */
function headOf({ text, field }: SheetColumn): string {
  return field === undefined || field === photoColumn ? text : field;
}

/** Tab-separated, with a header: what spreadsheets take from the clipboard. Nothing in it runs as a formula. */
export function sheetText(columns: readonly SheetColumn[], rows: readonly CopiedRow[], withPhotos: boolean): string {
  const header = [...(withPhotos ? [photoColumn] : []), ...columns.map(headOf)];
  const lines = rows.map(({ fileName, answers }) => [...(fileName === undefined ? [] : [fileName]), ...answers]);
  return [header, ...lines].map((cells) => cells.map(sheetCell).join('\t')).join('\r\n');
}

function sheetCell(content: string): string {
  const text = neutralized(content);
  return /["\t\r\n]/.test(text) ? quoted(text) : text;
}

export interface SheetTarget {
  /** The rows that the paste may reach, from the first that is selected on. */
  readonly photoIds: readonly number[];
  /** The columns that it may reach, from the first that is selected on. */
  readonly questions: readonly (SheetColumn & { readonly id: number })[];
  /** How many of these rows and columns are selected: one row, or one cell, fills them. */
  readonly selectedRows: number;
  readonly selectedColumns: number;
}

export interface PlacedSheet {
  readonly edits: { readonly photoId: number; readonly questionId: number; readonly text: string }[];
  /** Cells for which the table has no row or no column. */
  readonly outside: number;
}

/**
 * Which answer goes where. Empty cells change nothing; the header that a copy has is passed over,
 * also one from before a field was named.
 * @throws AnswerSheetError SHEET_INVALID, SHEET_HAS_PHOTOS, SHEET_ANSWER_TOO_LONG
 */
export function placeSheet(text: string, target: SheetTarget): PlacedSheet {
  const all = sheetRows(text);
  const [header = []] = all;
  if (header[0] === photoColumn) {
    const sentence =
      'The copied cells hold file names, and rows may stand in another order there. Copy the answers alone.';
    throw new AnswerSheetError('SHEET_HAS_PHOTOS', sentence);
  }
  const isHead = (cell: string, column: SheetColumn | undefined) =>
    column !== undefined && (cell === column.text || cell === headOf(column));
  const isHeader = all.length > 1 && header.every((cell, place) => isHead(cell, target.questions[place]));
  const rows = isHeader ? all.slice(1) : all;
  const height = rows.length === 1 ? Math.max(1, target.selectedRows) : rows.length;
  const edits: PlacedSheet['edits'] = [];
  let outside = 0;
  for (let row = 0; row < height; row += 1) {
    const cells = rows[rows.length === 1 ? 0 : row] ?? [];
    const width = cells.length === 1 && rows.length === 1 ? Math.max(1, target.selectedColumns) : cells.length;
    for (let column = 0; column < width; column += 1) {
      const answer = (cells[cells.length === 1 ? 0 : column] ?? '').trim();
      if (answer === '') continue;
      if (answer.length > maxAnswer) {
        throw new AnswerSheetError('SHEET_ANSWER_TOO_LONG', `A cell is longer than ${maxAnswer} characters.`);
      }
      const photoId = target.photoIds[row];
      const questionId = target.questions[column]?.id;
      if (photoId === undefined || questionId === undefined) outside += 1;
      else edits.push({ photoId, questionId, text: answer });
    }
  }
  return { edits, outside };
}

function sheetRows(text: string): string[][] {
  try {
    return parse(text, { delimiter: '\t', relaxColumnCount: true, relaxQuotes: true, skipEmptyLines: false }).map(
      (cells) => cells.map(withoutNeutralizer),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new AnswerSheetError('SHEET_INVALID', 'The clipboard does not hold cells of a spreadsheet.', cause);
  }
}
