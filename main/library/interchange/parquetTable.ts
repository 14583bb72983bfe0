/**
 * @file Photos as a Parquet table, written some rows at a time: the columns are those of `metadata.jsonl`, of types that do
 * not depend on what is in them, as Hugging Face and Arrow read them. Main process, CLI.
 */
import {
  type BasicType,
  ByteWriter,
  type ColumnSource,
  ParquetWriter,
  type SchemaElement,
  schemaFromColumnData,
} from 'hyparquet-writer';
import type { Included } from '../../../schemas/exports.ts';
import type { FieldColumn } from '../catalog/exports/exportedFields.ts';
import type { DocumentSink } from './outputFile.ts';
import type { PhotoRow } from './photoRow.ts';

/** Of a row group: so few that they are encoded in some milliseconds, so many that the groups are no burden to a reader. */
const rowsOfGroup = 2000;

type Column = readonly [name: Exclude<keyof PhotoRow, 'fields'>, elements: readonly SchemaElement[]];

function value(name: string, type: BasicType, isRequired: boolean): SchemaElement {
  const columnData: ColumnSource[] = [{ name, data: [], type, nullable: !isRequired }];
  return { ...schemaFromColumnData({ columnData }).at(-1), name };
}

function text(name: string, isRequired: boolean): SchemaElement {
  return value(name, 'STRING', isRequired);
}

/** The form with three levels that the format prescribes. */
function list(name: string, element: readonly SchemaElement[]): SchemaElement[] {
  return [
    { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...element,
  ];
}

function columnsOf(included: Included): Column[] {
  const { alternatives, scores, tags, answers, altText, longDescription, shownMarks } = included;
  const answer: SchemaElement = { name: 'element', repetition_type: 'REQUIRED', num_children: 2 };
  return [
    ['file_name', [text('file_name', true)]],
    ['text', [text('text', false)]],
    ...(alternatives ? [['texts', list('texts', [text('element', true)])] as const] : []),
    ...(scores ? [['itm', [value('itm', 'DOUBLE', false)]] as const] : []),
    ...(scores ? [['doubtful', [value('doubtful', 'BOOLEAN', false)]] as const] : []),
    ...(altText ? [['alt_text', [text('alt_text', false)]] as const] : []),
    ...(longDescription ? [['long_description', [text('long_description', false)]] as const] : []),
    ...(tags ? [['tags', list('tags', [text('element', true)])] as const] : []),
    ...(answers ? [['answers', list('answers', [answer, text('question', true), text('text', true)])] as const] : []),
    ...(shownMarks ? [['rating', [value('rating', 'INT32', false)]] as const] : []),
    ...(shownMarks ? [['flag', [text('flag', false)]] as const] : []),
    ...(shownMarks ? [['label', [text('label', false)]] as const] : []),
  ];
}

const typesOfFields = { yesNo: 'BOOLEAN', number: 'DOUBLE', list: 'STRING', text: 'STRING' } as const;

export interface ParquetColumns {
  readonly included: Included;
  /** After all others. */
  readonly fields: readonly FieldColumn[];
}

export class ParquetTable {
  readonly #columns: readonly Column[];
  readonly #fields: readonly FieldColumn[];
  readonly #sink: DocumentSink;
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #waiting: PhotoRow[] = [];

  constructor({ included, fields }: ParquetColumns, sink: DocumentSink) {
    this.#columns = columnsOf(included);
    this.#fields = fields;
    this.#sink = sink;
    const root: SchemaElement = { name: 'root', num_children: this.#columns.length + fields.length };
    const ofFields = fields.map(({ title, type }) => value(title, typesOfFields[type], false));
    const schema = [root, ...this.#columns.flatMap(([, elements]) => elements), ...ofFields];
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: 'Vignette' });
  }

  async add(rows: readonly PhotoRow[]): Promise<void> {
    this.#waiting.push(...rows);
    while (this.#waiting.length >= rowsOfGroup) await this.#writeGroup(this.#waiting.splice(0, rowsOfGroup));
  }

  /** Once; nothing can be added any more. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) await this.#writeGroup(this.#waiting.splice(0));
    await this.#writer.finish();
    await this.#flush();
  }

  async #writeGroup(rows: readonly PhotoRow[]): Promise<void> {
    const columnData = [
      ...this.#columns.map(([name]) => ({ name, data: rows.map((row) => row[name] ?? null) })),
      ...this.#fields.map(({ title }) => ({ name: title, data: rows.map(({ fields }) => fields?.[title] ?? null) })),
    ];
    await this.#writer.write({ columnData, rowGroupSize: rows.length });
    await this.#flush();
  }

  /** What was encoded goes on at once; the writer only counts how much there was. */
  async #flush(): Promise<void> {
    const bytes = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    await this.#sink.write(bytes);
  }
}
