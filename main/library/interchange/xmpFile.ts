/**
 * @file Reads and changes XMP through ExifTool, on copies in a folder of Vignette's own. Values are text to the character:
 * nothing that looks like a number or an entity is taken for one. Main process, CLI.
 */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool, WriteTags } from 'exiftool-vendored';
import * as z from 'zod';
import { textKindSchema } from '../../../schemas/text.ts';
import { readIfPresent } from '../files/atomicWrite.ts';
import { startExifTool } from '../files/exifTool.ts';
import { LibraryError } from '../files/libraryError.ts';
import { isCameraText } from '../text/cameraText.ts';
import {
  ofEachKind,
  type TagField,
  tagFields,
  textFields,
  writerField,
  type XmpChanges,
  type XmpText,
  xmpText,
} from './xmpMerge.ts';

const allTextFields = Object.values(textFields).flat();

const tagsSchema = z.object({ warnings: z.array(z.string()).default([]) }).catchall(z.unknown());

/** JSON of ExifTool has 3.10 as the number 3.1 and True as a boolean, unless it is told to quote all. */
const quoted = ['-api', 'StructFormat=JSONQ'];

/**
 * What a file says of itself, as XMP, where it does not say so in XMP already: a program that reads sidecars looks no
 * further. After ExifTool's own `iptc2xmp.args`, `exif2xmp.args` and `gps2xmp.args`.
 */
const embeddedAsXmp = [
  ...['-XMP-dc:Creator<IPTC:By-line', '-XMP-dc:Description<IPTC:Caption-Abstract'],
  ...['-XMP-dc:Rights<IPTC:CopyrightNotice', '-XMP-dc:Subject<IPTC:Keywords', '-XMP-dc:Title<IPTC:ObjectName'],
  ...['-XMP-photoshop:AuthorsPosition<IPTC:By-lineTitle', '-XMP-photoshop:CaptionWriter<IPTC:Writer-Editor'],
  ...['-XMP-photoshop:City<IPTC:City', '-XMP-photoshop:State<IPTC:Province-State'],
  ...['-XMP-photoshop:Country<IPTC:Country-PrimaryLocationName', '-XMP-photoshop:Credit<IPTC:Credit'],
  ...['-XMP-photoshop:Headline<IPTC:Headline', '-XMP-photoshop:Instructions<IPTC:SpecialInstructions'],
  ...['-XMP-photoshop:Source<IPTC:Source', '-XMP-iptcCore:CountryCode<IPTC:Country-PrimaryLocationCode'],
  ...[
    '-XMP-iptcCore:Location<IPTC:Sub-location',
    '-XMP-photoshop:TransmissionReference<IPTC:OriginalTransmissionReference',
  ],
  ...['-XMP-dc:Description<EXIF:ImageDescription', '-XMP-dc:Rights<EXIF:Copyright', '-XMP-dc:Creator<EXIF:Artist'],
  ...['-XMP-dc:Title<EXIF:XPTitle', '-XMP-xmp:Rating<EXIF:Rating', '-XMP-xmp:CreateDate<EXIF:CreateDate'],
  ...['-XMP-photoshop:DateCreated<EXIF:DateTimeOriginal', '-XMP-exif:all<EXIF:all', '-XMP-exif:all<GPS:all'],
  ...['-XMP-exif:GPSLatitude<Composite:GPSLatitude', '-XMP-exif:GPSLongitude<Composite:GPSLongitude'],
  ...['-XMP-tiff:Make<EXIF:Make', '-XMP-tiff:Model<EXIF:Model', '-XMP-tiff:Orientation<EXIF:Orientation'],
];

/** Holds an ExifTool process; dispose of it. */
export class XmpFiles implements AsyncDisposable {
  readonly #exifTool: ExifTool;
  readonly #workFolder: string;

  private constructor(exifTool: ExifTool, workFolder: string) {
    this.#exifTool = exifTool;
    this.#workFolder = workFolder;
  }

  /** Finds out right away whether ExifTool runs here. */
  static async start(temporaryFolder: string): Promise<XmpFiles> {
    const exifTool = await startExifTool('XMP sidecars need');
    return new XmpFiles(exifTool, await mkdtemp(path.join(temporaryFolder, 'vignette-xmp-')));
  }

  /** @param file for the message of the error @throws LibraryError SIDECAR_UNREADABLE */
  async read(xmp: Uint8Array, file: string): Promise<XmpText> {
    const fields = [...allTextFields.map((field) => `${field}*`), writerField, ...tagFields];
    const args = [...quoted, '-FileType', '-Warning', '-G1', ...fields.map((field) => `-${field}`)];
    let cause: unknown;
    try {
      const tags = tagsSchema.parse(await this.#exifTool.readRaw(await this.#copyOf(xmp), args));
      const isDamaged = tags.warnings.some((warning) => warning.includes('format error'));
      if (!isDamaged && tags['File:FileType'] === 'XMP') return textOf(tags);
    } catch (error) {
      cause = error;
    }
    throw new LibraryError(
      'SIDECAR_UNREADABLE',
      `Its sidecar ${file} is not valid XMP; it was left alone.`,
      { file },
      cause,
    );
  }

  /** The sidecar with the changes. @param xmp undefined: a new one */
  async changed(
    xmp: Uint8Array | undefined,
    { texts, captionWriter, edits }: Pick<XmpChanges, 'texts' | 'captionWriter' | 'edits'>,
  ): Promise<Buffer> {
    const copy = await this.#copyOf(xmp);
    const options = { writeArgs: ['-overwrite_original'] };
    const values = [
      ...textKindSchema.options.flatMap((kind) => textFields[kind].map((field) => [field, texts[kind]] as const)),
      [writerField, captionWriter] as const,
    ].flatMap(([field, text]) => (text === undefined ? [] : [[field, text === null ? null : literal(text)]]));
    if (values.length > 0) await this.#exifTool.write(copy, Object.fromEntries(values), options);
    if (edits.length > 0) await this.#exifTool.editTags(copy, [...edits], options);
    return await readFile(copy);
  }

  /** What the photo's file says of itself, as a sidecar; undefined of a file that ExifTool does not read. */
  async embedded(photo: string): Promise<Buffer | undefined> {
    const source = await this.#linkTo(photo);
    const copy = await this.#copyOf(undefined);
    // The whole packet, with whatever other programs keep in it.
    await this.#exifTool.extractBinaryTag('XMP', source, copy).catch(() => undefined);
    try {
      const writeArgs = ['-overwrite_original', '-m', '-wm', 'cg', '-tagsFromFile', source, ...embeddedAsXmp];
      // Without a tag to write, exiftool-vendored would have ExifTool write the file's name.
      const something: WriteTags & Record<string, string> = { 'XMP-x:XMPToolkit': 'Image::ExifTool' };
      await this.#exifTool.write(copy, something, { writeArgs });
    } catch {
      return undefined;
    }
    const xmp = await readIfPresent(copy);
    if (xmp === undefined) return undefined;
    const { caption } = (await this.read(xmp, photo)).texts;
    const isCameras = caption.length > 0 && caption.every(isCameraText);
    return isCameras ? await this.changed(xmp, { texts: { caption: null }, edits: [] }) : xmp;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exifTool.end();
    await rm(this.#workFolder, { recursive: true, force: true });
  }

  /**
   * ExifTool only ever sees files of ours: it takes its arguments line by line, so a folder's name could hold options,
   * and the real file is to be replaced in one step.
   */
  async #copyOf(bytes: Uint8Array | undefined): Promise<string> {
    const copy = path.join(this.#workFolder, 'sidecar.xmp');
    await rm(copy, { force: true });
    if (bytes !== undefined) await writeFile(copy, bytes);
    return copy;
  }

  async #linkTo(photo: string): Promise<string> {
    // Names there hold no line ends, and links need a privilege.
    if (process.platform === 'win32') return photo;
    const link = path.join(this.#workFolder, `photo${path.extname(photo).replaceAll(/[^.\w]/g, '')}`);
    await rm(link, { force: true });
    await symlink(photo, link);
    return link;
  }
}

/** ExifTool decodes entities of what it is told to write. */
export function literal(text: string): string {
  return text.replaceAll('&', '&#38;');
}

function textOf(tags: Readonly<Record<string, unknown>>): XmpText {
  const texts = ofEachKind((kind) => {
    const fields: readonly string[] = textFields[kind];
    // Of any language: ExifTool would drop a German description when it writes the x-default one.
    const found = Object.entries(tags).filter(([key]) =>
      fields.some((field) => key === field || key.startsWith(`${field}-`)),
    );
    return [...new Set(found.map(([, value]) => xmpText(String(value))).filter((text) => text !== ''))];
  });
  const list = (field: TagField) => listed(tags[field]);
  return {
    captionWriter: xmpText(String(tags[writerField] ?? '')) || null,
    texts,
    tags: {
      'XMP-digiKam:TagsList': list('XMP-digiKam:TagsList'),
      'XMP-lr:HierarchicalSubject': list('XMP-lr:HierarchicalSubject'),
      'XMP-dc:Subject': list('XMP-dc:Subject'),
    },
  };
}

/** ExifTool gives a list of one as that one. */
function listed(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
