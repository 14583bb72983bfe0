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
  readonly text: string;
  readonly pieces: number;
  /** How many of them there are. */
  readonly photos: number;
}

/** @param records null in the place of a photo that is gone: it has no pieces, and the others keep their numbers */
export function sectionText(
  section: DocumentSection,
  records: readonly (DocumentRecord | null)[],
  from: Place,
): SectionText {
  const pieces: string[] = [];
  let photos = 0;
  for (const [index, record] of records.entries()) {
    if (record === null) continue;
    photos += 1;
    pieces.push(...section.pieces(record, { photo: from.photo + index, piece: from.piece + pieces.length }));
  }
  return { text: pieces.join(section.between), pieces: pieces.length, photos };
}

/** The whole document at once. */
export function documentText(shape: DocumentShape, records: readonly DocumentRecord[]): string {
  return shape
    .map((section) => {
      const { text, pieces } = sectionText(section, records, { photo: 0, piece: 0 });
      return pieces === 0 ? section.empty : `${section.opening}${text}${section.closing}`;
    })
    .join('');
}
