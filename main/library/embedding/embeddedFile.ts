/**
 * @file Writes texts into a copy of a photo's file with ExifTool, and makes sure that nothing else of it changed: the coded
 * picture, what follows it, and every other value of its metadata. Main process, CLI.
 */
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import * as z from 'zod';
import { openForeignFile } from '../../../native-models/foreignFile.ts';
import { LibraryError } from '../files/libraryError.ts';
import { literal } from '../interchange/xmpFile.ts';
import { realDisk } from '../photos/disk.ts';
import { pictureHash } from '../watch/pictureHash.ts';
import type { EmbeddedChanges, FileTags } from './embeddedChanges.ts';
import { trailerHash } from './trailer.ts';

const chunkBytes = 1 << 20;
const tagsSchema = z.record(z.string(), z.unknown());
/** Everything, each value as it is written. */
const readArgs = ['-a', '-G1', '-n', '-struct', '-api', 'StructFormat=JSONQ', '-api', 'LargeFileSupport=1'];

/** A copy in a folder of our own: ExifTool works on nothing else. */
export class EmbeddedFile {
  readonly #exifTool: ExifTool;
  readonly #copy: string;

  private constructor(exifTool: ExifTool, copy: string) {
    this.#exifTool = exifTool;
    this.#copy = copy;
  }

  /** @throws the file system's errors */
  static async copyOf(
    file: string,
    workFolder: string,
    exifTool: ExifTool,
    signal?: AbortSignal,
  ): Promise<EmbeddedFile> {
    const copy = path.join(workFolder, `photo${path.extname(file).replaceAll(/[^.\w]/g, '')}`);
    await rm(copy, { force: true });
    await using target = await open(copy, 'wx', 0o600);
    await copyInto({ write: (bytes) => target.writeFile(bytes) }, file, signal);
    return new EmbeddedFile(exifTool, copy);
  }

  get path(): string {
    return this.#copy;
  }

  /** @throws LibraryError EMBED_FAILED */
  async read(): Promise<FileTags> {
    const tags = await this.#asked(() => this.#exifTool.readRaw(this.#copy, { readArgs, useMWG: false }));
    const all = new Map(Object.entries(tagsSchema.parse(tags)));
    if (!all.has('IFD0:ImageDescription')) return all;
    // Only so does ExifTool say that it is no text.
    const args = ['-G1', '-b', '-IFD0:ImageDescription'];
    const exact = await this.#asked(() => this.#exifTool.readRaw(this.#copy, { readArgs: args, useMWG: false }));
    const description = tagsSchema.parse(exact)['IFD0:ImageDescription'];
    return description === undefined ? all : all.set('IFD0:ImageDescription', String(description));
  }

  /** Of the picture itself. @throws LibraryError EMBED_FORMAT where it cannot be told apart from the rest */
  async picture(signal?: AbortSignal): Promise<Buffer> {
    const hash = await pictureHash(realDisk, this.#copy, await realDisk.state(this.#copy), signal);
    if (hash === undefined) throw unsafe(['the picture']);
    return hash;
  }

  /**
   * @param before what `read` said
   * @throws LibraryError EMBED_FAILED, EMBED_UNSAFE
   */
  async write(changes: EmbeddedChanges['set'], before: FileTags, picture: Buffer, signal?: AbortSignal): Promise<void> {
    const trailer = await trailerHash(this.#copy);
    const values = Object.fromEntries([...changes].map(([field, value]) => [field, exifToolValue(value)]));
    const writeArgs = ['-overwrite_original', ...charsetArgs(changes, before)];
    await this.#asked(() => this.#exifTool.write(this.#copy, values, { writeArgs, useMWG: false }));
    if (!(await this.picture(signal)).equals(picture)) throw unsafe(['the picture']);
    if (!(await trailerHash(this.#copy)).equals(trailer)) throw unsafe(['what follows the picture']);
    const wrong = differences(before, await this.read(), changes);
    if (wrong.length > 0) throw unsafe(wrong);
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (this.#exifTool.ended || !(error instanceof Error)) throw error;
      const reason = error.message.replaceAll(this.#copy, path.basename(this.#copy)).slice(0, 300);
      const message = `ExifTool cannot write into its file (${reason}); nothing was written.`;
      throw new LibraryError('EMBED_FAILED', message, { reason }, error);
    }
  }
}

/** Reads a file, which may be somebody else's, and writes it into another. */
export async function copyInto(
  target: { write(bytes: Uint8Array): Promise<unknown> },
  from: string,
  signal?: AbortSignal,
): Promise<void> {
  await using source = await openForeignFile(from);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await source.handle.read(buffer, 0, buffer.length);
    if (bytesRead === 0) return;
    await target.write(buffer.subarray(0, bytesRead));
  }
}

function exifToolValue(value: string | readonly string[] | null): string | string[] | null {
  if (value === null) return null;
  // Blanks at the ends are part of what cameras wrote.
  const exact = (text: string) => literal(text).replaceAll(/^ | $/g, '&#32;');
  return typeof value === 'string' ? exact(value) : value.map(exact);
}

/**
 * Text of IPTC is in the encoding that the file names, Latin-1 without one: what is there already is written anew in the
 * one that has all characters. The digest that says that IPTC and XMP are equal goes on saying so where it did.
 */
function charsetArgs(changes: EmbeddedChanges['set'], before: FileTags): string[] {
  const iptc = [...changes].filter(([field]) => field.startsWith('IPTC:'));
  if (iptc.length === 0) return [];
  const isPlain = iptc.every(([, value]) => /^[\x20-\x7e]*$/.test([value ?? ''].flat().join('')));
  const isUtf8 = String(before.get('IPTC:CodedCharacterSet') ?? '').includes('%G');
  const recoded = (written: readonly string[]) => [
    ...['-tagsFromFile', '@', '-IPTC:All', '-IPTC:CodedCharacterSet=UTF8'],
    ...written.map((field) => `--${field}`),
  ];
  const noted = before.get('Photoshop:IPTCDigest');
  const isNoted = noted !== undefined && noted === before.get('File:CurrentIPTCDigest');
  return [
    ...(isPlain || isUtf8 ? [] : recoded(iptc.map(([field]) => field))),
    ...(isNoted ? ['-Photoshop:IPTCDigest=new'] : []),
  ];
}

/** Of the file as such, not of what it says; and places in the file, which move with what lies before them. */
const ofFile =
  /^(?:SourceFile$|errors$|warnings$|ExifTool:|System:|File:|Composite:|MWG:|XMP-x:XMPToolkit$|Photoshop:IPTCDigest$|IPTC:CodedCharacterSet$|RIFF:WebP_Flags$|GIF:GIFVersion$|XMP-xmpNote:HasExtendedXMP$|.*:(?:(?:Thumbnail|Preview|OtherImage|JpgFromRaw)(?:Image)?(?:Start|Offset)|(?:Strip|Tile)Offsets|MPImageStart|FreeOffsets|MediaData(?:Offset|Size))$)/;
/** What ExifTool adds to what it makes anew, and takes away with the last of the rest: the formats demand it. */
const demanded = /^(?:IPTC:(?:Application|Envelope)RecordVersion|RIFF:.*)$/;
/** Of EXIF: what JFIF says of the same, else these. */
const demandedOfExif: ReadonlyMap<string, string> = new Map([
  ['XResolution', '72'],
  ['YResolution', '72'],
  ['ResolutionUnit', '2'],
  ['YCbCrPositioning', '1'],
]);

function isDemanded(name: string, tags: FileTags, others: FileTags): boolean {
  if (demanded.test(name)) return true;
  const [group, tag = ''] = name.split(':');
  if (group !== 'IFD0' || !demandedOfExif.has(tag) || [...others.keys()].some((key) => key.startsWith('IFD0:'))) {
    return false;
  }
  const ofJfif = tag === 'ResolutionUnit' ? Number(tags.get('JFIF:ResolutionUnit')) + 1 : tags.get(`JFIF:${tag}`);
  return [demandedOfExif.get(tag), String(ofJfif)].includes(String(tags.get(name)));
}

/** Names of what is not as it is meant to be after writing. */
export function differences(before: FileTags, after: FileTags, changes: EmbeddedChanges['set']): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => {
    if (changes.has(name)) return !isValue(after.get(name), changes.get(name) ?? null);
    if (ofFile.test(name)) return false;
    if (!before.has(name)) return !isDemanded(name, after, before);
    if (!after.has(name)) return !isDemanded(name, before, after);
    return JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name));
  });
}

function isValue(value: unknown, wanted: string | readonly string[] | null): boolean {
  const there = value === undefined || value === null || value === '' ? [] : [value].flat().map(String);
  const expected = wanted === null ? [] : [wanted].flat();
  return JSON.stringify(there) === JSON.stringify(expected);
}

function unsafe(fields: readonly string[]): LibraryError {
  const message = `Writing into its file would change more than its captions and tags (${fields.slice(0, 5).join(', ')}); nothing was written.`;
  return new LibraryError('EMBED_UNSAFE', message, { fields: fields.slice(0, 20) });
}
