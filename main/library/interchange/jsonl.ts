/** @file `metadata.jsonl` of a Hugging Face imagefolder: `{"file_name": …, "text": …}`, one photo a line. */
import { holds, pathBelow } from '../photos/commonFolder.ts';
import type { CaptionSet } from './captionDocument.ts';

/** The loader looks for `file_name` below the folder of the document, so paths start there whenever all photos do. */
export function jsonlDocument(set: Pick<CaptionSet, 'records' | 'documentFolder'>): string {
  const { documentFolder } = set;
  const start =
    documentFolder !== undefined && set.records.every((record) => holds(documentFolder, record.photo.path))
      ? documentFolder
      : undefined;
  return set.records
    .map(({ photo, caption }) => {
      const fileName = start === undefined ? photo.relativePath : pathBelow(start, photo.path);
      return `${JSON.stringify({ file_name: fileName, text: caption.text })}\n`;
    })
    .join('');
}
