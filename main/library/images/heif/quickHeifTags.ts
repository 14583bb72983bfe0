/**
 * @file The metadata of plain HEIC, HEIF and AVIF files, under ExifTool's names. What may hold more than is read here is
 * left to ExifTool: the answer is then undefined. Picture process.
 */
import { boxesIn, Cursor, type HeifBox, heifItems, heifPlaces, topBoxes } from '../../files/heifMeta.ts';
import { NotPlain } from '../../metadata/notPlain.ts';
import { colourProfileName } from '../colourProfileName.ts';
import { exifTags } from '../quickTags.ts';
import type { TagValues } from '../tagValues.ts';
import { type FileToRead, WindowedFile } from '../windowedFile.ts';
import { withXmp } from '../xmp/withXmp.ts';

/** Films and makers' own boxes say things that only ExifTool knows. */
const neutralTop: ReadonlySet<string> = new Set(['ftyp', 'meta', 'mdat', 'free', 'skip']);
const neutralMeta: ReadonlySet<string> = new Set([
  ...['hdlr', 'dinf', 'pitm', 'iinf', 'iref', 'iprp', 'iloc', 'idat', 'grpl', 'free'],
]);
/** Which ExifTool takes for the picture's own where XMP has it. */
const sizeInXmp = /Image(?:Width|Length|Height)/;

export async function quickHeifTags(file: FileToRead): Promise<TagValues | undefined> {
  try {
    return await tagsOf(new WindowedFile(file));
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function tagsOf(file: WindowedFile): Promise<TagValues | undefined> {
  const top = sound(await topBoxes(file.sizeBytes, (position, count) => file.bytes(position, count)));
  const meta = top.find(({ type }) => type === 'meta');
  if (meta === undefined || top.some(({ type }) => !neutralTop.has(type))) throw new NotPlain();
  const lists = Buffer.from(await file.bytes(meta.start, meta.end - meta.start));
  const parts = sound(boxesIn(lists, 4, lists.length));
  if (!parts.every(({ type }) => neutralMeta.has(type))) throw new NotPlain();
  const part = (type: string) => contentOf(lists, only(parts, type));
  const primary = numberedId(part('pitm'));
  const describing = parts.some(({ type }) => type === 'iref') ? describedItems(part('iref')) : new Map();
  let tags: Map<string, unknown> = propertyTags(part('iprp'), primary);
  const xmp: Buffer[] = [];
  let hasExif = false;
  const places = sound(heifPlaces(part('iloc')));
  for (const [id, item] of [...sound(heifItems(part('iinf')))].toSorted(([a], [b]) => a - b)) {
    const kind = item.type === 'mime' ? item.contentType : item.type;
    if (kind === 'uri ') throw new NotPlain();
    if (kind !== 'Exif' && kind !== 'application/rdf+xml') continue;
    const place = places.get(id);
    const [piece, ...others] = place?.pieces ?? [];
    const isElsewhere = place?.method !== 0 || place.dataReference !== 0 || others.length > 0;
    if (piece === undefined || isElsewhere || item.isProtected || item.contentEncoding !== '') throw new NotPlain();
    const body = Buffer.from(await file.bytes(piece.offset, piece.length));
    if (kind !== 'Exif') xmp.push(body);
    else {
      // Of another picture than the one that is shown, such as its depths.
      if (hasExif || describing.get(id)?.includes(primary) === false) throw new NotPlain();
      hasExif = true;
      tags = new Map([...tags, ...(exifTags(exifIn(body)) ?? notPlain())]);
    }
  }
  return xmp.reduce<TagValues | undefined>(withPacket, tags);
}

/** Phones add one for each further picture in the file, which says nothing that is asked for. */
function withPacket(tags: TagValues | undefined, packet: Buffer): TagValues | undefined {
  if (tags === undefined || sizeInXmp.test(packet.toString('latin1'))) return undefined;
  return withXmp(tags, packet);
}

/** Behind a number that says how many bytes to pass over. */
function exifIn(body: Buffer): Buffer {
  // Without the number.
  if (/^(?:MM\0\*|II\*\0|Exif)/.test(body.toString('latin1', 0, 4))) throw new NotPlain();
  const start = 4 + body.readUInt32BE(0);
  if (start >= body.length) throw new NotPlain();
  return body.subarray(start);
}

/** What the primary item is said to be like: its size, its turning, its colours. */
function propertyTags(iprp: Buffer, primary: number): Map<string, unknown> {
  const boxes = sound(boxesIn(iprp, 0, iprp.length));
  if (boxes.some(({ type }) => type !== 'ipco' && type !== 'ipma')) throw new NotPlain();
  const properties = only(boxes, 'ipco');
  const owners = ownersOf(contentOf(iprp, only(boxes, 'ipma')));
  const tags = new Map<string, unknown>();
  for (const [index, box] of sound(boxesIn(iprp, properties.start, properties.end)).entries()) {
    const found = propertyTag(box.type, contentOf(iprp, box));
    if (found === undefined) continue;
    const itsOwners = owners.get(index + 1) ?? [];
    if (!itsOwners.includes(primary)) {
      // Sizes of tiles and thumbnails are many; whose turn or profile counts otherwise, ExifTool decides.
      if (box.type === 'ispe' && itsOwners.length > 0) continue;
      throw new NotPlain();
    }
    const [key, value] = found;
    if (tags.has(key)) throw new NotPlain();
    tags.set(key, value);
  }
  return tags;
}

function propertyTag(type: string, body: Buffer): readonly [key: string, value: unknown] | undefined {
  switch (type) {
    case 'ispe':
      if (body.length !== 12 || body.readUInt32BE(0) !== 0) throw new NotPlain();
      return ['Composite:ImageSize', `${body.readUInt32BE(4)} ${body.readUInt32BE(8)}`];
    case 'irot':
      if (body.length !== 1 || body.readUInt8(0) > 3) throw new NotPlain();
      return ['QuickTime:Rotation', body.readUInt8(0)];
    case 'imir':
      if (body.length !== 1 || body.readUInt8(0) > 1) throw new NotPlain();
      return ['QuickTime:Mirroring', body.readUInt8(0)];
    case 'colr': {
      const kind = body.toString('latin1', 0, 4);
      if (kind === 'nclx') return undefined;
      if (kind !== 'prof' && kind !== 'rICC') throw new NotPlain();
      return ['ICC_Profile:ProfileDescription', colourProfileName(body.subarray(4)) ?? notPlain()];
    }
    // A user's description, an accessibility text, times: ExifTool does not read them today.
    default:
      return undefined;
  }
}

/** By the number of a property, from one on, the items that have it. */
function ownersOf(ipma: Buffer): Map<number, number[]> {
  const cursor = new Cursor(ipma);
  const [version, flags] = [cursor.number(1), cursor.number(3)];
  const owners = new Map<number, number[]>();
  for (let left = cursor.number(4); left > 0; left -= 1) {
    const item = cursor.number(version === 0 ? 2 : 4);
    for (let property = cursor.number(1); property > 0; property -= 1) {
      // The first bit says whether it must be understood.
      const number = (flags & 1) === 1 ? cursor.number(2) & 0x7fff : cursor.number(1) & 0x7f;
      owners.set(number, [...(owners.get(number) ?? []), item]);
    }
    if (cursor.isPast) throw new NotPlain();
  }
  return owners;
}

/** By the item, those that it describes. */
function describedItems(iref: Buffer): Map<number, number[]> {
  const idBytes = iref[0] === 0 ? 2 : 4;
  const described = new Map<number, number[]>();
  for (const box of sound(boxesIn(iref, 4, iref.length))) {
    if (box.type !== 'cdsc') continue;
    const cursor = new Cursor(contentOf(iref, box));
    const from = cursor.number(idBytes);
    const to = Array.from({ length: cursor.number(2) }, () => cursor.number(idBytes));
    if (cursor.isPast) throw new NotPlain();
    described.set(from, [...(described.get(from) ?? []), ...to]);
  }
  return described;
}

/** Of a full box whose content is one. */
function numberedId(box: Buffer): number {
  return box[0] === 0 ? box.readUInt16BE(4) : box.readUInt32BE(4);
}

function only(boxes: readonly HeifBox[], type: string): HeifBox {
  const [found, ...others] = boxes.filter((box) => box.type === type);
  if (found === undefined || others.length > 0) throw new NotPlain();
  return found;
}

function contentOf(bytes: Buffer, { start, end }: HeifBox): Buffer {
  return bytes.subarray(start, end);
}

function sound<T>(found: T | undefined): T {
  return found ?? notPlain();
}

function notPlain(): never {
  throw new NotPlain();
}
