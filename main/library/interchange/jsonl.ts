/** @file `metadata.jsonl` of a Hugging Face imagefolder: `{"file_name": …, "text": …}`, one photo a line. Further columns are allowed there. */

import type { Included } from '../../../schemas/exports.ts';
import type { FieldColumn } from '../catalog/exports/exportedFields.ts';
import type { DocumentShape } from './documentShape.ts';
import { type PhotoRow, photoRow } from './photoRow.ts';

export function jsonlShape(included: Included, fields: readonly FieldColumn[]): DocumentShape {
  return [
    {
      opening: '',
      between: '',
      closing: '',
      empty: '',
      pieces: (record) => [jsonLine(photoRow(record, included, fields))],
    },
  ];
}

export function jsonLine({ fields, ...row }: PhotoRow): string {
  return `${JSON.stringify({ ...row, ...fields })}\n`;
}
