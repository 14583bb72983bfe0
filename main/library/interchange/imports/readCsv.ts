/** @file CSV with a header line: what Vignette exports, and Hugging Face's `metadata.csv`. Main process, CLI. */
import { Readable } from 'node:stream';
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import { withoutNeutralizer } from '../csv.ts';
import { markTitles } from '../photoRow.ts';
import { fieldAnswer } from './fieldAnswers.ts';
import { ImportError } from './importError.ts';
import type { ImportItem } from './importRecord.ts';
import type { RowPlace } from './rowRecord.ts';
import { soundRecord, unsigned } from './soundTexts.ts';
import { captionColumn, fileColumn, kindColumns } from './tableRow.ts';

/** Those of Vignette's own exports, in front of a column a question. */
const ownColumns = ['file_name', 'caption', 'width', 'height', 'model', 'prompt'];
/** Those that may follow them, besides questions. */
const columnsOfTexts: ReadonlySet<string> = new Set(['tags', ...Object.values(kindColumns)]);
const maxColumns = 1000;
/** In characters: of a row with all its cells. */
const maxRow = 16 << 20;

/** @param column with the caption, where it is not the default one @throws ImportError IMPORT_NOT_CSV, IMPORT_COLUMN_MISSING, … */
export async function* readCsv(
  text: AsyncIterable<string>,
  file: string,
  { column, fields }: Pick<RowPlace, 'column' | 'fields'>,
): AsyncGenerator<ImportItem, void> {
  let columns: Columns | undefined;
  let line = 0;
  for await (const cells of rows(text, file)) {
    line += 1;
    if (columns === undefined) columns = columnsOf(cells, file, { column, fields });
    else yield* recordOf(cells, columns, line);
  }
}

/** Streams forward what goes wrong before them: our own errors come out as they are. */
async function* rows(text: AsyncIterable<string>, file: string): AsyncGenerator<readonly string[], void> {
  const { CsvError, parse } = await import('csv-parse');
  const pieces = text[Symbol.asyncIterator]();
  const first = await pieces.next();
  const start = first.done === true ? '' : first.value;
  const delimiter = delimiterOf(start.slice(0, start.search(/[\r\n]|$/)));
  const parser = parse({ delimiter, relaxColumnCount: true, skipEmptyLines: true, maxRecordSize: maxRow });
  const source = Readable.from(
    (async function* () {
      yield start;
      yield* { [Symbol.asyncIterator]: () => pieces };
    })(),
  );
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const cells of parser) {
      if (isCells(cells)) yield cells;
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const reason = cause.message.slice(0, 300);
    throw new ImportError('IMPORT_NOT_CSV', `${file} is not valid CSV: ${reason}.`, { file }, cause);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** As spreadsheets write it where a comma parts decimals, or with tabs. */
function delimiterOf(header: string): string {
  if (header.includes('\t')) return '\t';
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

function isCells(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((cell) => typeof cell === 'string');
}

interface Columns {
  readonly file: number;
  readonly caption: number | undefined;
  readonly altText: number | undefined;
  readonly longDescription: number | undefined;
  readonly tags: number | undefined;
  readonly tagDivider: string;
  readonly questions: readonly { readonly index: number; readonly question: string }[];
  readonly fields: readonly { readonly index: number; readonly field: FieldColumn }[];
}

function columnsOf(
  header: readonly string[],
  file: string,
  { column: chosen, fields }: Pick<RowPlace, 'column' | 'fields'>,
): Columns {
  if (header.length > maxColumns) {
    throw new ImportError('IMPORT_TOO_MANY_COLUMNS', `${file} has more than ${maxColumns} columns.`, {
      file,
      maxColumns,
    });
  }
  const titles = header.map((title) => withoutNeutralizer(title.trim()));
  const isOwn = ownColumns.every((title, index) => titles[index] === title);
  const caption = captionColumn(titles, file, chosen);
  const asked = isOwn
    ? titles.flatMap((question, index) =>
        index < ownColumns.length ||
        question === '' ||
        isOfScores(titles, index) ||
        columnsOfTexts.has(question) ||
        isOfMarks(titles, index)
          ? []
          : [{ index, question, field: fieldAt(titles, index, fields) }],
      )
    : [];
  return {
    file: titles.indexOf(fileColumn(titles, file)),
    caption: caption === undefined ? undefined : titles.indexOf(caption),
    altText: indexIn(titles, kindColumns.altText),
    longDescription: indexIn(titles, kindColumns.longDescription),
    tags: indexIn(titles, 'tags'),
    tagDivider: isOwn ? '; ' : ',',
    questions: asked.filter(({ field }) => field === undefined),
    fields: asked.flatMap(({ index, field }) => (field === undefined ? [] : [{ index, field }])),
  };
}

/** Fields stand before questions, one of which may be called the same. */
function fieldAt(titles: readonly string[], index: number, fields: readonly FieldColumn[]): FieldColumn | undefined {
  const isFirst = titles.indexOf(titles[index] ?? '') === index;
  return isFirst ? fields.find(({ title }) => title === titles[index]) : undefined;
}

/** Of the caption, right behind it and what wrote it. */
function isOfScores(titles: readonly string[], index: number): boolean {
  return index === ownColumns.length && titles[index] === 'itm';
}

/** As exports have them, one beside the other: each may also be a question by itself. */
function isOfMarks(titles: readonly string[], index: number): boolean {
  const first = titles.findIndex((_title, from) => markTitles.every((title, step) => titles[from + step] === title));
  return first !== -1 && index >= first && index < first + markTitles.length;
}

function indexIn(titles: readonly string[], title: string): number | undefined {
  return titles.includes(title) ? titles.indexOf(title) : undefined;
}

function* recordOf(row: readonly string[], columns: Columns, line: number): Generator<ImportItem, void> {
  const cell = (index: number | undefined) => (index === undefined ? '' : withoutNeutralizer(row[index] ?? ''));
  const name = cell(columns.file);
  if (name === '') {
    yield { name: String(line), remark: 'invalidEntry' };
    return;
  }
  yield* soundRecord({
    name,
    isStem: false,
    captions: [
      unsigned(cell(columns.caption)),
      { ...unsigned(cell(columns.altText)), kind: 'altText' },
      { ...unsigned(cell(columns.longDescription)), kind: 'longDescription' },
    ],
    tags: cell(columns.tags)
      .split(columns.tagDivider)
      .map((path) => ({ path, source: 'import' as const })),
    answers: [
      ...columns.questions.map(({ index, question }) => ({ ...unsigned(cell(index)), question })),
      ...columns.fields.flatMap(({ index, field }) => fieldAnswer(field, cell(index)) ?? []),
    ],
  });
}
