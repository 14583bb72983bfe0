/**
 * @file The metadata of plain PNG files from their chunks, under ExifTool's names. What may hold more than is read here is
 * left to ExifTool: the answer is then undefined. Picture process.
 */
import { isUtf8 } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { NotPlain } from '../metadata/notPlain.ts';
import { colourProfileName } from './colourProfileName.ts';
import { exifTags } from './quickTags.ts';
import type { TagValues } from './tagValues.ts';
import { type FileToRead, WindowedFile } from './windowedFile.ts';
import { withXmp } from './xmp/withXmp.ts';

const signatureBytes = 8;
/** Its length and its name. */
const headerBytes = 8;
const checksumBytes = 4;
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
export async function quickPngTags(file: FileToRead): Promise<TagValues | undefined> {
  try {
    return await tagsOf(file);
  } catch (error) {
    if (error instanceof NotPlain || error instanceof RangeError) return undefined;
    throw error;
  }
}

async function tagsOf(file: FileToRead): Promise<TagValues> {
  const chunks = new ChunkReader(file);
  const tags = new Map<string, unknown>();
  const seen = new Set<string>();
  const header = await chunks.next();
  if (header?.name !== 'IHDR' || header.length !== 13) throw new NotPlain();
  const size = await chunks.body(header);
  const [width, height] = [size.readUInt32BE(0), size.readUInt32BE(4)];
  if (width === 0 || height === 0) throw new NotPlain();
  tags.set('Composite:ImageSize', `${width} ${height}`);
  let xmp: Buffer | undefined;
  for (let chunk = await chunks.next(); chunk !== undefined; chunk = await chunks.next()) {
    const { name } = chunk;
    if (name === 'IEND') {
      // What stands behind the end, ExifTool looks through as well.
      if (chunk.endsAt !== file.sizeBytes) throw new NotPlain();
      return xmp === undefined ? tags : (withXmp(tags, xmp) ?? notPlain());
    }
    if (neutralChunks.has(name)) continue;
    const body = await chunks.body(chunk);
    const isText = name === 'tEXt' || name === 'iTXt';
    if (isText && keywordOf(body) === xmpKeyword) xmp = name === 'iTXt' ? internationalText(body) : notPlain();
    else for (const [key, value] of wantedIn(name, body)) tags.set(key, value);
    // Of two, ExifTool has both.
    const kind = isText ? `text ${keywordOf(body)}` : name;
    if (seen.has(kind)) throw new NotPlain();
    seen.add(kind);
  }
  throw new NotPlain();
}

function notPlain(): never {
  throw new NotPlain();
}

function wantedIn(name: string, body: Buffer): ReadonlyMap<string, unknown> {
  switch (name) {
    case 'eXIf':
      return exifTags(body) ?? notPlain();
    case 'iCCP':
      return new Map([['ICC_Profile:ProfileDescription', profileNameIn(body)]]);
    case 'tEXt':
      return textTags(keywordOf(body), body.toString('latin1', keywordOf(body).length + 1));
    case 'iTXt':
      return textTags(keywordOf(body), utf8Of(internationalText(body)));
    default:
      throw new NotPlain();
  }
}

function textTags(keyword: string, text: string): ReadonlyMap<string, unknown> {
  const key = wantedKeywords[keyword];
  if (key === undefined && neutralKeywords.has(keyword)) return new Map();
  // What Windows has between 0x80 and 0x9f is no Latin-1.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (key === undefined || /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffd\ufeff]/.test(text)) throw new NotPlain();
  return new Map([[key, text]]);
}

function utf8Of(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new NotPlain();
  return bytes.toString('utf8');
}

function keywordOf(body: Buffer): string {
  const end = body.subarray(0, 80).indexOf(0);
  if (end < 1) throw new NotPlain();
  return body.toString('latin1', 0, end);
}

/** Behind the keyword: whether it is compressed, how, a language and a translated keyword, all of which must be absent. */
function internationalText(body: Buffer): Buffer {
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
  return colourProfileName(profile) ?? notPlain();
}

interface Chunk {
  readonly name: string;
  readonly length: number;
  readonly bodyAt: number;
  readonly endsAt: number;
}

/** Walks the chunks, and reads of the picture's own no more than is read along with their headers. */
class ChunkReader {
  readonly #file: WindowedFile;
  #at = signatureBytes;

  constructor(file: FileToRead) {
    this.#file = new WindowedFile(file);
  }

  /** Undefined at the end of the file. */
  async next(): Promise<Chunk | undefined> {
    if (this.#at === this.#file.sizeBytes) return undefined;
    const header = await this.#file.bytes(this.#at, headerBytes);
    const length = header.readUInt32BE(0);
    const bodyAt = this.#at + headerBytes;
    const endsAt = bodyAt + length + checksumBytes;
    if (endsAt > this.#file.sizeBytes) throw new NotPlain();
    this.#at = endsAt;
    return { name: header.toString('latin1', 4, 8), length, bodyAt, endsAt };
  }

  async body({ bodyAt, length }: Chunk): Promise<Buffer> {
    return await this.#file.bytes(bodyAt, length);
  }
}
