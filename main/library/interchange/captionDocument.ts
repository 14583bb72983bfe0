/** @file The formats that hold all captions of a run in one document. What each looks like: docs/formats.md. Pure. */
import type { CaptionRecord, RunIdentity } from '../captioning/captionRecord.ts';
import { codePointOrder } from '../photos/order.ts';
import { fileNameOf } from './captionNames.ts';
import { cocoDocument } from './coco.ts';
import { csvDocument } from './csv.ts';
import { fullJsonDocument } from './fullJson.ts';
import { jsonlDocument } from './jsonl.ts';
import { plainJsonDocument } from './plainJson.ts';

export const documentFormats = ['json', 'json-full', 'jsonl', 'coco', 'csv'] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export interface CaptionSet {
  /** In any order: every document sorts them by file name. */
  readonly records: readonly CaptionRecord[];
  readonly failures: readonly CaptionFailure[];
  readonly run: RunIdentity;
  /** Where the document is going to lie, and where relative paths start. */
  readonly documentFolder: string | undefined;
  readonly baseFolder: string;
}

export interface CaptionFailure {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export function captionDocument(format: DocumentFormat, set: CaptionSet): string {
  const sorted = { ...set, records: [...set.records].sort(byFileName) };
  switch (format) {
    case 'json':
      return plainJsonDocument(sorted);
    case 'json-full':
      return fullJsonDocument(sorted);
    case 'jsonl':
      return jsonlDocument(sorted);
    case 'coco':
      return cocoDocument(sorted);
    case 'csv':
      return csvDocument(sorted);
  }
}

/** By name in the order of code points, as a script that sorts a folder's listing would have them. */
function byFileName(a: CaptionRecord, b: CaptionRecord): number {
  const left = a.photo.relativePath;
  const right = b.photo.relativePath;
  return codePointOrder(fileNameOf(left), fileNameOf(right)) || codePointOrder(left, right);
}
