/** @file Documents put together from pieces of text. */
import { expect, it } from 'vitest';
import type { DocumentRecord } from '../../../main/library/catalog/exports/documentRecord.ts';
import { type DocumentSection, documentText, sectionText } from '../../../main/library/interchange/documentShape.ts';

const record: DocumentRecord = {
  ...{ file: 'a.jpg', key: 'a', width: null, height: null, takenLocal: null, sha256: null },
  ...{ captions: [], altTexts: [], longDescriptions: [], tags: [], answers: [], scores: [], marks: [] },
};

/** Each photo adds three. */
const section: DocumentSection = {
  ...{ opening: '[', between: ', ', closing: ']', empty: '[]' },
  pieces: (_record, { photo, piece }) => [0, 1, 2].map((index) => `${photo}.${piece + index} ${'x'.repeat(4000)}`),
};

it('makes short texts of many pieces, which are the same one after the other, with a photo left out', () => {
  const records = [...Array.from({ length: 30 }, () => record), null, record];
  const { texts, pieces, photos } = sectionText(section, records, { photo: 0, piece: 0 });
  expect([pieces, photos]).toEqual([93, 31]);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(64 << 10);
  const whole = texts.join('');
  expect(whole.split(', ').map((piece) => piece.split(' ')[0])).toEqual(
    Array.from({ length: 93 }, (_, piece) => `${piece < 90 ? Math.floor(piece / 3) : 31}.${piece}`),
  );
  expect(documentText([section], [record])).toBe(
    `[${sectionText(section, [record], { photo: 0, piece: 0 }).texts.join('')}]`,
  );
});

it('has no text where there are no pieces', () => {
  const nothing = { ...section, pieces: () => [] };
  expect(sectionText(nothing, [record], { photo: 0, piece: 0 })).toEqual({ texts: [], pieces: 0, photos: 1 });
  expect(documentText([nothing], [record])).toBe('[]');
});
