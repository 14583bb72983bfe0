/**
 * @file Reads the plain kind of IPTC (IIM) in a JPEG's Photoshop segment without ExifTool, under its names. At the first
 * oddity it gives up, and ExifTool is asked instead. Pure; any process.
 */
import { createHash } from 'node:crypto';
import { NotPlain } from './notPlain.ts';

const iptcResource = 0x0404;
const digestResource = 0x0425;
const noteOfDigest = 'Photoshop:IPTCDigest';
const currentDigest = 'File:CurrentIPTCDigest';
/** Other metadata that may stand among Photoshop's resources: a profile, EXIF, XMP. */
const metadataResources: ReadonlySet<number> = new Set([0x040f, 0x0422, 0x0423, 0x0424]);

const listed: ReadonlySet<string> = new Set([
  ...['Keywords', 'SupplementalCategories', 'By-line', 'By-lineTitle', 'Writer-Editor'],
]);
/** Of the second record, by their numbers. */
const names: Readonly<Record<number, string>> = {
  5: 'ObjectName',
  10: 'Urgency',
  15: 'Category',
  20: 'SupplementalCategories',
  25: 'Keywords',
  40: 'SpecialInstructions',
  55: 'DateCreated',
  60: 'TimeCreated',
  80: 'By-line',
  85: 'By-lineTitle',
  90: 'City',
  92: 'Sub-location',
  95: 'Province-State',
  100: 'Country-PrimaryLocationCode',
  101: 'Country-PrimaryLocationName',
  103: 'OriginalTransmissionReference',
  105: 'Headline',
  110: 'Credit',
  115: 'Source',
  116: 'CopyrightNotice',
  120: 'Caption-Abstract',
  122: 'Writer-Editor',
};
const characterSet = 90;
const utf8Mark = '\x1b%G';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of Photoshop's segment, behind its name. Undefined where anything about it is out of the ordinary. */
export function plainIptcTags(segment: Buffer): ReadonlyMap<string, unknown> | undefined {
  try {
    const tags = new Map<string, unknown>();
    const seen = new Set<number>();
    for (const { id, body } of resourcesIn(segment)) {
      if (metadataResources.has(id)) throw new NotPlain();
      if (id !== iptcResource && id !== digestResource) continue;
      if (seen.has(id)) throw new NotPlain();
      seen.add(id);
      if (id === digestResource) tags.set(noteOfDigest, body.toString('hex'));
      else collect(body, tags);
    }
    // ExifTool warns of it.
    const [noted, current] = [tags.get(noteOfDigest), tags.get(currentDigest)];
    if (noted !== undefined && current !== undefined && noted !== current) throw new NotPlain();
    return tags;
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

function* resourcesIn(segment: Buffer): Generator<{ readonly id: number; readonly body: Buffer }> {
  for (let at = 0; at < segment.byteLength; ) {
    if (segment.toString('latin1', at, at + 4) !== '8BIM') throw new NotPlain();
    const id = segment.readUInt16BE(at + 4);
    // A name with its length before it, and what follows, begin at even places.
    const nameBytes = segment.readUInt8(at + 6) + 1;
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2);
    const size = segment.readUInt32BE(sizeAt);
    const bodyAt = sizeAt + 4;
    if (bodyAt + size > segment.byteLength) throw new NotPlain();
    yield { id, body: segment.subarray(bodyAt, bodyAt + size) };
    at = bodyAt + size + (size % 2);
  }
}

function collect(block: Buffer, tags: Map<string, unknown>): void {
  tags.set(currentDigest, createHash('md5').update(block).digest('hex'));
  let isUtf8 = false;
  const lists = new Map<string, string[]>();
  for (const { record, number, value } of dataSetsIn(block)) {
    if (record === 1 && number === characterSet) {
      if (value.toString('latin1') !== utf8Mark) throw new NotPlain();
      isUtf8 = true;
    }
    const name = record === 2 ? names[number] : undefined;
    if (name === undefined) continue;
    const key = `IPTC:${name}`;
    const text = textIn(name, value, isUtf8);
    const list = lists.get(key);
    if (list !== undefined && !listed.has(name)) throw new NotPlain();
    if (list === undefined) lists.set(key, [text]);
    else list.push(text);
  }
  for (const [key, texts] of lists) tags.set(key, texts.length === 1 ? texts[0] : texts);
}

interface DataSet {
  readonly record: number;
  readonly number: number;
  readonly value: Buffer;
}

function* dataSetsIn(block: Buffer): Generator<DataSet> {
  let lastRecord = 1;
  for (let at = 0; at < block.byteLength; ) {
    const [record, number, size] = [block.readUInt8(at + 1), block.readUInt8(at + 2), block.readUInt16BE(at + 3)];
    const end = at + 5 + size;
    // A size of its own length, records out of order or of no use to people.
    const isPlain = block[at] === 0x1c && size < 0x8000 && record >= lastRecord && record <= 2;
    if (!isPlain || end > block.byteLength) throw new NotPlain();
    lastRecord = record;
    yield { record, number, value: block.subarray(at + 5, end) };
    at = end;
  }
}

function textIn(name: string, value: Buffer, isUtf8: boolean): string {
  let text: string;
  try {
    text = utf8.decode(value);
  } catch {
    throw new NotPlain();
  }
  // In which encoding it is otherwise, ExifTool guesses.
  const isSound = isUtf8 || /^[\x20-\x7e\t\r\n]*$/.test(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!isSound || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd\ufeff]/.test(text)) throw new NotPlain();
  if (name === 'DateCreated') return inParts(text, /^(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, '$1:$2:$3');
  if (name === 'TimeCreated') return inParts(text, /^(\d\d)(\d\d)(\d\d)([+-]\d\d)(\d\d)$/, '$1:$2:$3$4:$5');
  return text;
}

function inParts(text: string, pattern: RegExp, written: string): string {
  if (!pattern.test(text)) throw new NotPlain();
  return text.replace(pattern, written);
}
