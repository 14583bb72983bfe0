/** @file `{ "<stem>": ["caption"] }`, byte for byte what Python's `json.dump(…, indent=2, ensure_ascii=False)` writes. */
import type { CaptionSet } from './captionDocument.ts';
import { captionNames } from './captionNames.ts';

/**
 * Put together by hand, because an object would move names that look like numbers to the front, and lose `__proto__`.
 * `JSON.stringify` escapes strings as Python does. Like Python, no newline at the end.
 */
export function plainJsonDocument(set: Pick<CaptionSet, 'records'>): string {
  const names = captionNames(set.records.map((record) => record.photo.relativePath));
  const members = set.records.map(
    (record, index) => `  ${JSON.stringify(names[index] ?? '')}: [\n    ${JSON.stringify(record.caption.text)}\n  ]`,
  );
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n}`;
}
