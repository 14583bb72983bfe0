/** @file The formats that hold many photos in one document. What each looks like: docs/formats.md. Pure. */
import type { DocumentFormat, Included } from '../../../schemas/exports.ts';
import type { FullFailure } from '../../../schemas/fullJson.ts';
import type { DocumentRun } from '../catalog/exports/documentRecord.ts';
import type { FieldColumn } from '../catalog/exports/exportedFields.ts';
import { cocoShape } from './coco.ts';
import { csvShape } from './csv.ts';
import type { DocumentShape } from './documentShape.ts';
import { fullJsonShape } from './fullJson.ts';
import { plainJsonShape } from './json.ts';
import { jsonlShape } from './jsonl.ts';

export interface ShapeFacts {
  readonly included: Included;
  /** In one sentence, for formats that have a place for it. */
  readonly description: string;
  /** The questions that there are answers to, where answers are included. */
  readonly questions: readonly string[];
  /** That hold them. */
  readonly fields: readonly FieldColumn[];
  /** Those that texts name, for formats that say more of them than a text's own. */
  readonly runs: readonly DocumentRun[];
  readonly failures: readonly FullFailure[];
}

export function documentShape(format: DocumentFormat, facts: ShapeFacts): DocumentShape {
  switch (format) {
    case 'json':
      return plainJsonShape;
    case 'json-full':
      return fullJsonShape(facts);
    case 'jsonl':
      return jsonlShape(facts.included, facts.fields);
    case 'coco':
      return cocoShape(facts.description);
    case 'csv':
      return csvShape(facts.included, facts.questions, facts.fields);
  }
}
