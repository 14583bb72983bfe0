/** @file The two JSON documents: names with captions, and the rich format, which is versioned; described in docs/formats.md. */
import type {
  DocumentAnswer,
  DocumentCaption,
  DocumentRecord,
  DocumentTag,
} from '../catalog/exports/documentRecord.ts';
import { type DocumentShape, indentedJson } from './documentShape.ts';

/**
 * `{ "<stem>": ["caption"] }`, byte for byte what Python's `json.dump(…, indent=2, ensure_ascii=False)` writes.
 *
 * Put together by hand, because an object would move names that look like numbers to the front, and lose `__proto__`.
 * `JSON.stringify` escapes strings as Python does. Like Python, no newline at the end.
 */
export const plainJsonShape: DocumentShape = [
  {
    opening: '{\n',
    between: ',\n',
    closing: '\n}',
    empty: '{}',
    pieces: ({ key, captions }) => {
      const texts = captions.map(({ text }) => `    ${JSON.stringify(text)}`);
      return texts.length === 0 ? [] : [`  ${JSON.stringify(key)}: [\n${texts.join(',\n')}\n  ]`];
    },
  },
];

export const fullJsonVersion = 1;

/** Every caption with where it comes from. */
export function fullJsonShape(failures: readonly unknown[]): DocumentShape {
  const head = `{\n  "format": "vignette-captions",\n  "version": ${fullJsonVersion},\n`;
  const end = `,\n  "failed": ${indentedJson(failures, 1)}\n}\n`;
  return [
    {
      opening: `${head}  "photos": [\n    `,
      between: ',\n    ',
      closing: `\n  ]${end}`,
      empty: `${head}  "photos": []${end}`,
      pieces: (record) => [indentedJson(photoOf(record), 2)],
    },
  ];
}

function photoOf({ file, sha256, width, height, captions, tags, answers }: DocumentRecord) {
  return {
    file,
    sha256,
    width,
    height,
    captions: captions.map(captionOf),
    tags: tags.map(tagOf),
    answers: answers.map(answerOf),
  };
}

function captionOf(caption: DocumentCaption) {
  const { text, source, model, instruction, parameters, itm, doubtful, candidates, filter, language } = caption;
  return {
    text,
    source,
    model,
    instruction,
    parameters,
    itm,
    ...(doubtful === undefined ? {} : { doubtful, candidates, filter }),
    language,
    approvedAt: timeOf(caption.approvedAtMs),
    at: timeOf(caption.atMs),
  };
}

function tagOf({ path, source, model, confidence, approvedAtMs }: DocumentTag) {
  return { path, source, model, confidence, approvedAt: timeOf(approvedAtMs) };
}

function answerOf({ question, text, source, model, atMs }: DocumentAnswer) {
  return { question, text, source, model, at: timeOf(atMs) };
}

function timeOf(atMs: number | null | undefined): string | null {
  return atMs === null || atMs === undefined ? null : new Date(atMs).toISOString();
}
