/**
 * @file The metadata of plain PNG files from their chunks, under ExifTool's names. What may hold more than is read here is
 * left to ExifTool: the answer is then undefined. Picture process.
 */
import { inflateSync } from 'node:zlib';
import { colourProfileName } from './colourProfileName.ts';
import { exifTags } from './quickTags.ts';
import type { TagValues } from './tagValues.ts';

export interface PngBytes {
  readonly sizeBytes: number;
  /** What was read of it already. */
  readonly head: Buffer;
  /** Fewer at the end of the file. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
}

const signatureBytes = 8;
/** Its length and its name. */
const headerBytes = 8;
const checksumBytes = 4;
/** Several of the small chunks that most encoders cut the picture into. */
const windowBytes = 64 * 1024;
/** A picture in so many small chunks is read as fast by ExifTool. */
const maxWindows = 256;
const maxMetadataBytes = 1024 * 1024;
const maxProfileBytes = 4 * 1024 * 1024;

/** Chunks that say nothing that is wanted: how the picture is stored and shown, animation, the time of the last change. */
const neutralChunks: ReadonlySet<string> = new Set([
  ...['IDAT', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'hIST', 'pHYs', 'sPLT', 'tIME', 'cICP', 'mDCV'],
  ...['cLLI', 'acTL', 'fcTL', 'fdAT', 'iDOT', 'vpAg', 'oFFs'],
]);
/** Texts of no use here. All others may become any of ExifTool's tags. */
const neutralKeywords: ReadonlySet<string> = new Set([
  ...['Software', 'Disclaimer', 'Warning', 'Source', 'Comment', 'comment', 'parameters'],
  ...['date:create', 'date:modify', 'date:timestamp'],
]);
const wantedKeywords: Readonly<Record<string, string>> = {
  Title: 'PNG:Title',
  Description: 'PNG:Description',
  Author: 'PNG:Author',
  Copyright: 'PNG:Copyright',
};
const xmpKeyword = 'XML:com.adobe.xmp';
/** Every property whose value would be taken, whatever its prefix; XMP without one of them changes nothing. */
const wantedXmp =
  /DateTimeOriginal|DateCreated|DateTimeDigitized|CreateDate|Orientation|GPS|Make|Model|Lens|ISO|PhotographicSensitivity|ExposureTime|FNumber|FocalLength|[tT]itle|[hH]eadline|[dD]escription|Accessibility|[sS]ubject|TagsList|LastKeyword|CatalogSets|[cC]ategories|[rR]ating|[lL]abel|[cC]reator(?!Tool)|[rR]ights|Region|PersonInImage|City|State|Country|Location/;
/** Part of every packet, and none of the properties. */
const rdfDescription = /rdf:Description/g;

/** Thrown and caught here: the file is not of the plain kind. */
class NotPlain extends Error {}

export async function quickPngTags(file: PngBytes): Promise<TagValues | undefined> {
  try {
    return await tagsOf(file);
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function tagsOf(file: PngBytes): Promise<TagValues> {
  const chunks = new ChunkReader(file);
  const tags = new Map<string, unknown>();
  const seen = new Set<string>();
  const header = await chunks.next();
  if (header?.name !== 'IHDR' || header.length !== 13) throw new NotPlain();
  const size = await chunks.body(header);
  const [width, height] = [size.readUInt32BE(0), size.readUInt32BE(4)];
  if (width === 0 || height === 0) throw new NotPlain();
  tags.set('Composite:ImageSize', `${width} ${height}`);
  for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
    const { name } = chunk;
    if (name === 'IEND') {
      // What stands behind the end, ExifTool looks through as well.
      if (chunk.endsAt !== file.sizeBytes) throw new NotPlain();
      return tags;
    }
    if (neutralChunks.has(name)) continue;
    const body = await chunks.body(chunk);
    const found = wantedIn(name, body);
    for (const [key, value] of found) tags.set(key, value);
    // Of two, ExifTool has both.
    const kind = name === 'tEXt' || name === 'iTXt' ? `text ${keywordOf(body)}` : name;
    if (seen.has(kind)) throw new NotPlain();
    seen.add(kind);
  }
  throw new NotPlain();
}

function wantedIn(name: string, body: Buffer): ReadonlyMap<string, unknown> {
  switch (name) {
    case 'eXIf': {
      const tags = exifTags(body);
      if (tags === undefined) throw new NotPlain();
      return tags;
    }
    case 'iCCP':
      return new Map([['ICC_Profile:ProfileDescription', profileNameIn(body)]]);
    case 'tEXt':
      return textTags(keywordOf(body), body.subarray(keywordOf(body).length + 1));
    case 'iTXt':
      return textTags(keywordOf(body), plainInternationalText(body));
    default:
      throw new NotPlain();
  }
}

function textTags(keyword: string, text: Buffer): ReadonlyMap<string, unknown> {
  if (keyword === xmpKeyword) {
    // In another encoding nothing would be found in it.
    if (text.includes(0) || wantedXmp.test(text.toString('latin1').replaceAll(rdfDescription, '')))
      throw new NotPlain();
    return new Map();
  }
  const key = wantedKeywords[keyword];
  if (key === undefined && neutralKeywords.has(keyword)) return new Map();
  const value = text.toString('latin1');
  if (key === undefined || /[^\x20-\x7e\n]/.test(value)) throw new NotPlain();
  return new Map([[key, value]]);
}

function keywordOf(body: Buffer): string {
  const end = body.subarray(0, 80).indexOf(0);
  if (end < 1) throw new NotPlain();
  return body.toString('latin1', 0, end);
}

/** Behind the keyword: whether it is compressed, how, a language and a translated keyword, all of which must be absent. */
function plainInternationalText(body: Buffer): Buffer {
  const at = keywordOf(body).length + 1;
  if (body.byteLength < at + 4 || body.readUInt32BE(at) !== 0) throw new NotPlain();
  return body.subarray(at + 4);
}

function profileNameIn(body: Buffer): string {
  const at = keywordOf(body).length + 1;
  if (body[at] !== 0) throw new NotPlain();
  let profile: Buffer;
  try {
    profile = inflateSync(body.subarray(at + 1), { maxOutputLength: maxProfileBytes });
  } catch {
    throw new NotPlain();
  }
  const name = colourProfileName(profile);
  if (name === undefined) throw new NotPlain();
  return name;
}

interface Chunk {
  readonly name: string;
  readonly length: number;
  readonly bodyAt: number;
  readonly endsAt: number;
}

/** Walks the chunks, and reads of the picture's own no more than is read along with their headers. */
class ChunkReader {
  readonly #file: PngBytes;
  #window: Buffer;
  #windowAt = 0;
  #windowsLeft = maxWindows;
  #at = signatureBytes;

  constructor(file: PngBytes) {
    this.#file = file;
    this.#window = file.head;
  }

  /** Undefined at the end of the file. */
  async next(): Promise<Chunk | undefined> {
    if (this.#at === this.#file.sizeBytes) return undefined;
    const header = await this.#bytes(this.#at, headerBytes);
    const length = header.readUInt32BE(0);
    const bodyAt = this.#at + headerBytes;
    const endsAt = bodyAt + length + checksumBytes;
    if (endsAt > this.#file.sizeBytes) throw new NotPlain();
    this.#at = endsAt;
    return { name: header.toString('latin1', 4, 8), length, bodyAt, endsAt };
  }

  async body({ bodyAt, length }: Chunk): Promise<Buffer> {
    if (length > maxMetadataBytes) throw new NotPlain();
    return await this.#bytes(bodyAt, length);
  }

  async #bytes(from: number, length: number): Promise<Buffer> {
    const isInWindow = from >= this.#windowAt && from + length <= this.#windowAt + this.#window.byteLength;
    if (!isInWindow) {
      if (this.#windowsLeft === 0) throw new NotPlain();
      this.#windowsLeft -= 1;
      this.#windowAt = from;
      this.#window = await this.#file.read(from, Math.max(windowBytes, length));
      if (this.#window.byteLength < length) throw new NotPlain();
    }
    return this.#window.subarray(from - this.#windowAt, from - this.#windowAt + length);
  }
}
