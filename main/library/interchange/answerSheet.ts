/** @file Answers as cells of a spreadsheet, on the clipboard: what is copied out, and where what is pasted goes. Pure. */
import { CsvError, parse } from 'csv-parse/sync';
import { VignetteError } from '../../../native-models/errors.ts';
import { neutralized, quoted, withoutNeutralizer } from './csv.ts';

/** The name of the column of photos, as in CSV. */
const photoColumn = 'file_name';
/** In characters, as everywhere. */
const maxAnswer = 100_000;

export class AnswerSheetError extends VignetteError {
  declare readonly code: 'SHEET_INVALID' | 'SHEET_ANSWER_TOO_LONG';

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

/** Tab-separated, with a header unless it is a single cell: what spreadsheets take from the clipboard. Nothing in it runs as a formula. */
export function sheetText(columns: readonly SheetColumn[], rows: readonly CopiedRow[], withPhotos: boolean): string {
  const header = [...(withPhotos ? [photoColumn] : []), ...columns.map(headOf)];
  const lines = rows.map(({ fileName, answers }) => [...(fileName === undefined ? [] : [fileName]), ...answers]);
  const isOneCell = lines.length === 1 && header.length === 1;
  return [...(isOneCell ? [] : [header]), ...lines].map((cells) => cells.map(sheetCell).join('\t')).join('\r\n');
}

function sheetCell(content: string): string {
  const text = neutralized(content);
  return /["\t\r\n]/.test(text) ? quoted(text) : text;
}

export interface SheetTarget {
  /** The rows of the table. */
  readonly photoIds: readonly number[];
  /** Its columns. */
  readonly questions: readonly (SheetColumn & { readonly id: number })[];
  /** The first row and column that are selected, where cells go that name no photos. */
  readonly firstRow: number;
  readonly firstColumn: number;
  /** How many of the rows and columns are selected: one row, or one cell, fills them. */
  readonly selectedRows: number;
  readonly selectedColumns: number;
}

export interface PlacedSheet {
  readonly edits: { readonly photoId: number; readonly questionId: number; readonly text: string }[];
  /** Cells for which the table has no row or no column. */
  readonly outside: number;
}

/** The photos that the rows name, of cells that were copied with their photos; undefined of others. @throws AnswerSheetError */
export function photosNamedIn(text: string): string[] | undefined {
  if (!text.startsWith(photoColumn)) return undefined;
  const [header, ...rows] = sheetRows(text);
  return header?.[0] === photoColumn ? rows.map(([name = '']) => name.trim()) : undefined;
}

/**
 * Which answer goes where: cells that name their photos and columns go to these, in whatever order they stand, others
 * from the first that is selected on. Empty cells change nothing; the header that a copy has is passed over, also one
 * from before a field was named.
 * @param photoOf of the names in the sheet those that mean one photo
 * @throws AnswerSheetError SHEET_INVALID, SHEET_ANSWER_TOO_LONG
 */
export function placeSheet(
  text: string,
  target: SheetTarget,
  photoOf: ReadonlyMap<string, number> = new Map(),
): PlacedSheet {
  const all = sheetRows(text);
  return all[0]?.[0] === photoColumn ? placeNamed(all, target, photoOf) : placeFrom(all, target);
}

function isHeadOf(cell: string, column: SheetColumn | undefined): boolean {
  return column !== undefined && (cell === column.text || cell === headOf(column));
}

function placeNamed(
  [header = [], ...rows]: readonly (readonly string[])[],
  { questions }: SheetTarget,
  photoOf: ReadonlyMap<string, number>,
): PlacedSheet {
  const columns = header.map((head) => questions.find((question) => isHeadOf(head, question))?.id);
  const placed = new PlacedCells();
  for (const [name = '', ...cells] of rows) {
    const photoId = photoOf.get(name.trim());
    for (const [place, cell] of cells.entries()) placed.add(cell, photoId, columns[place + 1]);
  }
  return placed;
}

function placeFrom(all: readonly (readonly string[])[], target: SheetTarget): PlacedSheet {
  const { firstRow, firstColumn, selectedRows, selectedColumns } = target;
  const questions = target.questions.slice(firstColumn);
  const [header = []] = all;
  const isHeader = all.length > 1 && header.every((cell, place) => isHeadOf(cell, questions[place]));
  const rows = isHeader ? all.slice(1) : all;
  const height = rows.length === 1 ? Math.max(1, selectedRows) : rows.length;
  const placed = new PlacedCells();
  for (let row = 0; row < height; row += 1) {
    const cells = rows[rows.length === 1 ? 0 : row] ?? [];
    const width = cells.length === 1 && rows.length === 1 ? Math.max(1, selectedColumns) : cells.length;
    for (let column = 0; column < width; column += 1) {
      placed.add(cells[cells.length === 1 ? 0 : column], target.photoIds[firstRow + row], questions[column]?.id);
    }
  }
  return placed;
}

class PlacedCells implements PlacedSheet {
  readonly edits: PlacedSheet['edits'] = [];
  outside = 0;

  add(cell: string | undefined, photoId: number | undefined, questionId: number | undefined): void {
    const text = (cell ?? '').trim();
    if (text === '') return;
    if (text.length > maxAnswer) {
      throw new AnswerSheetError('SHEET_ANSWER_TOO_LONG', `A cell is longer than ${maxAnswer} characters.`);
    }
    if (photoId === undefined || questionId === undefined) this.outside += 1;
    else this.edits.push({ photoId, questionId, text });
  }
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
