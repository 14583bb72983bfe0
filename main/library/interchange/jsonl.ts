/** @file `metadata.jsonl` of a Hugging Face imagefolder: `{"file_name": …, "text": …}`, one photo a line. Further columns are allowed there. */

import type { Included } from '../../../schemas/exports.ts';
import type { DocumentShape } from './documentShape.ts';

export function jsonlShape({ alternatives, tags, answers }: Included): DocumentShape {
  return [
    {
      opening: '',
      between: '',
      closing: '',
      empty: '',
      pieces: (record) => {
        const line = {
          file_name: record.file,
          text: record.captions[0]?.text ?? null,
          ...(alternatives ? { texts: record.captions.map(({ text }) => text) } : {}),
          ...(tags ? { tags: tagPaths(record) } : {}),
          ...(answers ? { answers: record.answers.map(({ question, text }) => ({ question, text })) } : {}),
        };
        return [`${JSON.stringify(line)}\n`];
      },
    },
  ];
}

/** Each once: a person and a model may both have given it. */
export function tagPaths({ tags }: { readonly tags: readonly { readonly path: string }[] }): string[] {
  return [...new Set(tags.map(({ path }) => path))];
}
