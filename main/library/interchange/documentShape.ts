/** @file How a document is put together from pieces of text, so that it can be written while it is being read. Pure. */
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';

/** Numbers of what came before, from 0. */
export interface Place {
  readonly photo: number;
  readonly piece: number;
}

/** A stretch of the document to which every photo adds pieces. */
export interface DocumentSection {
  readonly opening: string;
  readonly between: string;
  readonly closing: string;
  /** Stands in place of all of it where there are no pieces. */
  readonly empty: string;
  pieces(record: DocumentRecord, place: Place): readonly string[];
}

/** Sections follow one another; each goes through all photos. */
export type DocumentShape = readonly DocumentSection[];

/** A JSON value as it stands in a document that is indented by two, `depth` levels down. */
export function indentedJson(value: unknown, depth: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${'  '.repeat(depth)}`);
}

/** The pieces of some photos in a row, as they stand one after the other. */
export interface SectionText {
  /** To be written one after the other. */
  readonly texts: readonly string[];
  readonly pieces: number;
  /** How many of them there are. */
  readonly photos: number;
}

/** Of a text in UTF-16 units. Those above 128 KiB are old to V8 from the start: hundreds of them wait to be collected. */
const maxTextLength = 32 << 10;

/** @param records null in the place of a photo that is gone: it has no pieces, and the others keep their numbers */
export function sectionText(
  section: DocumentSection,
  records: readonly (DocumentRecord | null)[],
  from: Place,
): SectionText {
  const texts: string[] = [];
  let waiting: string[] = [];
  let length = 0;
  let pieces = 0;
  let photos = 0;
  const flush = () => {
    texts.push(waiting.join(''));
    waiting = [];
    length = 0;
  };
  for (const [index, record] of records.entries()) {
    if (record === null) continue;
    photos += 1;
    for (const piece of section.pieces(record, { photo: from.photo + index, piece: from.piece + pieces })) {
      waiting.push(pieces === 0 ? '' : section.between, piece);
      length += piece.length;
      pieces += 1;
      if (length >= maxTextLength) flush();
    }
  }
  if (waiting.length > 0) flush();
  return { texts, pieces, photos };
}

/** The whole document at once. */
export function documentText(shape: DocumentShape, records: readonly DocumentRecord[]): string {
  return shape
    .map((section) => {
      const { texts, pieces } = sectionText(section, records, { photo: 0, piece: 0 });
      return pieces === 0 ? section.empty : `${section.opening}${texts.join('')}${section.closing}`;
    })
    .join('');
}
