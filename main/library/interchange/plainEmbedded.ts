/**
 * @file What a photo's file says of itself, without ExifTool, for the plain kind of JPEG: the packet that an editor left in
 * it, which its sidecar begins with, and what it says in IPTC and EXIF alone. At the first oddity it gives up, and ExifTool
 * is asked instead. Pure.
 */

import { readPlainExif } from '../metadata/exifBlock.ts';
import { plainIptcTags } from '../metadata/iptcTags.ts';
import { jpegParts } from '../metadata/jpegParts.ts';
import { NotPlain } from '../metadata/notPlain.ts';
import { isCameraText } from '../text/cameraText.ts';
import { embeddedSources, listFields } from './embeddedSources.ts';
import { type PlainXmp, plainXmpText } from './plainXmpText.ts';
import { isSilentExif, textTagsOfExif } from './silentPhoto.ts';
import { markFields } from './xmpMarks.ts';
import { noXmpText, textFields, writerField, type XmpText } from './xmpMerge.ts';

/** By the field, what goes there. */
export type FieldCopies = ReadonlyMap<string, readonly string[]>;

export const noCopies: FieldCopies = new Map();

export interface Embedded {
  /** What its sidecar begins with. Undefined: nothing. */
  readonly xmp: Buffer | undefined;
  /** What it says in other places than there. */
  readonly copies: FieldCopies;
  /** Of both together. */
  readonly text: XmpText;
}

/**
 * @param head of the file, as far as the picture's own bytes
 * @returns null where it says nothing; undefined where only ExifTool can tell
 */
export function plainEmbedded(head: Buffer): Embedded | null | undefined {
  try {
    return embeddedIn(head);
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

function embeddedIn(head: Buffer): Embedded | null {
  const parts = jpegParts(head);
  if (parts === undefined || parts === 'more') throw new NotPlain();
  const { xmp, exif, photoshop } = parts;
  const said = sound(xmp === undefined ? nothingSaid : plainXmpText(xmp));
  const captions = said.text.texts.caption;
  if (captions.length > 0 && captions.every(isCameraText)) throw new NotPlain();
  const fromIptc = photoshop === undefined ? noValues : sound(plainIptcTags(photoshop));
  const fromExif = exif === undefined ? noValues : exifValues(exif);
  const copies = copiesOf(new Map([...fromIptc, ...fromExif]), said.fields);
  return xmp === undefined && copies.size === 0 ? null : { xmp, copies, text: withCopies(said.text, copies) };
}

function sound<T>(found: T | undefined): T {
  if (found === undefined) throw new NotPlain();
  return found;
}

type Values = ReadonlyMap<string, unknown>;

const noValues: Values = new Map();
const nothingSaid: PlainXmp = { text: noXmpText, fields: new Set() };

/** Of what is copied from there. */
function exifValues(block: Buffer): Values {
  const { values } = sound(readPlainExif(block));
  if (!isSilentExif(block, textTagsOfExif)) throw new NotPlain();
  return new Map(
    [...values]
      .filter(([name, value]) => name.startsWith('IFD0:') && String(value).trim() !== '')
      .map(([name, value]) => [name.replace(/^IFD0/, 'EXIF'), value]),
  );
}

/** @throws NotPlain where ExifTool might write it otherwise */
function copiesOf(values: Values, said: PlainXmp['fields']): FieldCopies {
  const copies = new Map<string, readonly string[]>();
  for (const [field, source] of embeddedSources) {
    const value = values.get(source);
    if (value === undefined || said.has(field)) continue;
    const texts = [value].flat().map(String);
    const isList = listFields.has(field);
    const isOdd =
      texts.some((text) => text.trim() !== text || text === '') ||
      (!isList && texts.length > 1) ||
      new Set(texts).size < texts.length ||
      // Which has words for its numbers.
      source === 'IPTC:Urgency' ||
      // By the Metadata Working Group, many in one.
      (source === 'EXIF:Artist' && /[;"]/.test(texts.join('')));
    if (isOdd) throw new NotPlain();
    // What cameras write by themselves takes no person's place; of two other places the last one counts.
    if (field === textFields.caption[0] && texts.every(isCameraText)) continue;
    copies.set(field, texts);
  }
  return copies;
}

function withCopies(text: XmpText, copies: FieldCopies): XmpText {
  const one = (field: string) => copies.get(field)?.[0];
  const [description, subject] = [one(textFields.caption[0]), copies.get('XMP-dc:Subject')];
  return {
    ...text,
    captionWriter: one(writerField) ?? text.captionWriter,
    texts: {
      ...text.texts,
      caption: [...new Set([...(description === undefined ? [] : [description]), ...text.texts.caption])],
    },
    marks: { ...text.marks, rating: one(markFields.rating) ?? text.marks.rating },
    tags: { ...text.tags, 'XMP-dc:Subject': subject ?? text.tags['XMP-dc:Subject'] },
  };
}
