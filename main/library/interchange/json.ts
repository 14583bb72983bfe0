/** @file The plain JSON document: names with captions. Described in docs/formats.md. */
import type { DocumentShape } from './documentShape.ts';

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
