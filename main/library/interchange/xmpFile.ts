/**
 * @file Reads and changes XMP through ExifTool, on copies in a folder of Vignette's own. Values are text to the character:
 * nothing that looks like a number or an entity is taken for one. Main process, CLI.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import * as z from 'zod';
import { ForeignFileError } from '../../../native-models/foreignFile.ts';
import { textKindSchema } from '../../../schemas/text.ts';
import { readIfPresent } from '../files/atomicWrite.ts';
import { Batches } from '../files/batches.ts';
import { startExifTool } from '../files/exifTool.ts';
import { exifToolFailed, runExifTool } from '../files/exifToolCommands.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import { isCameraText } from '../text/cameraText.ts';
import { camerasWords, type EmbeddedSource, embeddedSources, listFields } from './embeddedSources.ts';
import { embeddedXmp, maxPhotosTogether } from './embeddedXmp.ts';
import { type TagField, tagFields } from './keywordLists.ts';
import { type Embedded, noCopies, plainEmbedded } from './plainEmbedded.ts';
import { plainXmpText } from './plainXmpText.ts';
import { headOfJpeg, isSilentJpeg } from './silentPhoto.ts';
import { markFields } from './xmpMarks.ts';
import { ofEachKind, textFields, writerField, type XmpChanges, type XmpText, xmpText } from './xmpMerge.ts';

const allTextFields = Object.values(textFields).flat();

const tagsSchema = z.looseObject({ SourceFile: z.string() });
type Tags = z.output<typeof tagsSchema>;

/** JSON of ExifTool has 3.10 as the number 3.1 and True as a boolean, unless it is told to quote all. */
const quoted = ['-api', 'StructFormat=JSONQ'];

const fieldsToRead = [
  ...allTextFields.map((field) => `${field}*`),
  writerField,
  ...tagFields,
  ...Object.values(markFields),
];
const readArgs = ['-json', ...quoted, '-FileType', '-Warning', '-G1', ...fieldsToRead.map((field) => `-${field}`)];

export interface XmpFilesOptions {
  /** ExifTool processes, of some 60 MB each; by default one. */
  readonly processes?: number | undefined;
}

/** What a sidecar is made of. */
export type XmpBase = Pick<Embedded, 'xmp' | 'copies'>;

interface ToChange extends Pick<XmpChanges, 'texts' | 'captionWriter' | 'edits'>, Partial<Pick<XmpChanges, 'marks'>> {
  /** What it is made of. Undefined: nothing. */
  readonly base: XmpBase | undefined;
}

/** Holds ExifTool processes; dispose of it. What is asked while they are at work goes to them together. */
export class XmpFiles implements AsyncDisposable {
  readonly #exifTool: ExifTool;
  readonly #workFolder: string;
  readonly #reading: Batches<Uint8Array, Tags | undefined>;
  readonly #changing: Batches<ToChange, Buffer>;
  readonly #embedded: Batches<string, Buffer | undefined>;
  readonly #embeddedByPeople: Batches<string, Buffer | undefined>;
  #copies = 0;

  private constructor(exifTool: ExifTool, workFolder: string, maxBatches: number) {
    this.#exifTool = exifTool;
    this.#workFolder = workFolder;
    this.#reading = new Batches((xmps) => this.#readAll(xmps), { maxItems: 32, maxBatches });
    this.#changing = new Batches((all) => this.#changeAll(all), { maxItems: 32, maxBatches });
    const embedded = (copied: readonly EmbeddedSource[]) =>
      new Batches<string, Buffer | undefined>(
        (photos) => this.#inFolder((at) => embeddedXmp(exifTool, at, photos, copied)),
        { maxItems: maxPhotosTogether, maxBatches },
      );
    this.#embedded = embedded(embeddedSources);
    this.#embeddedByPeople = embedded(embeddedSources.filter(([, source]) => source !== camerasWords));
  }

  /** Finds out right away whether ExifTool runs here. */
  static async start(temporaryFolder: string, { processes = 1 }: XmpFilesOptions = {}): Promise<XmpFiles> {
    const exifTool = await startExifTool('XMP sidecars need', { processes });
    return new XmpFiles(exifTool, await mkdtemp(path.join(temporaryFolder, 'vignette-xmp-')), processes);
  }

  /** @param file for the message of the error @throws LibraryError SIDECAR_UNREADABLE */
  async read(xmp: Uint8Array, file: string): Promise<XmpText> {
    return plainXmpText(xmp)?.text ?? (await this.readThoroughly(xmp, file));
  }

  /** The same by ExifTool. */
  async readThoroughly(xmp: Uint8Array, file: string): Promise<XmpText> {
    let cause: unknown;
    try {
      const tags = await this.#reading.ask(xmp);
      const isDamaged = String(tags?.['ExifTool:Warning'] ?? '').includes('format error');
      if (tags?.['File:FileType'] === 'XMP' && !isDamaged) return textOf(tags);
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

  /** The sidecar with the changes. @param base undefined: a new one @throws LibraryError EXIFTOOL_FAILED */
  async changed(base: XmpBase | undefined, changes: Omit<ToChange, 'base'>): Promise<Buffer> {
    return await this.#changing.ask({ base, ...changes });
  }

  /** What the photo's file says of itself; undefined where it says nothing, or ExifTool does not read it. */
  async embedded(photo: string): Promise<Embedded | undefined> {
    const plain = await readPlainly(photo);
    return plain === undefined ? await this.embeddedThoroughly(photo) : (plain ?? undefined);
  }

  /** The same by ExifTool. */
  async embeddedThoroughly(photo: string): Promise<Embedded | undefined> {
    const all = await this.#textIn(await this.#embedded.ask(photo), photo);
    if (all === undefined || !isCameras(all)) return all;
    // What the camera wrote by itself took the place of what a person may have written in IPTC.
    const byPeople = await this.#textIn(await this.#embeddedByPeople.ask(photo), photo);
    if (byPeople === undefined || !isCameras(byPeople)) return byPeople;
    const cleared = await this.changed(byPeople, { texts: { caption: null }, edits: [] });
    return await this.#textIn(cleared, photo);
  }

  async #textIn(xmp: Buffer | undefined, photo: string): Promise<Embedded | undefined> {
    return xmp === undefined ? undefined : { xmp, copies: noCopies, text: await this.read(xmp, photo) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exifTool.end();
    await rm(this.#workFolder, { recursive: true, force: true });
  }

  async #readAll(xmps: readonly Uint8Array[]): Promise<(Tags | undefined)[]> {
    return await this.#inFolder(async (folder) => {
      const copies = await Promise.all(xmps.map((xmp, index) => copyTo(path.join(folder, `${index}.xmp`), xmp)));
      const { printed } = await runExifTool(this.#exifTool, [[...readArgs, ...copies]]);
      const answers = z.array(tagsSchema).parse(JSON.parse(printed.join('')));
      const byFile = new Map(answers.map((tags) => [path.basename(tags.SourceFile), tags]));
      return copies.map((copy) => byFile.get(path.basename(copy)));
    });
  }

  async #changeAll(all: readonly ToChange[]): Promise<Buffer[]> {
    return await this.#inFolder(async (folder) => {
      const copies = await Promise.all(
        all.map(({ base }, index) => copyTo(path.join(folder, `${index}.xmp`), base?.xmp)),
      );
      const commands = all.map((changes, index) => [...changeArgs(changes), copies[index] ?? '']);
      const { printed, complaints } = await runExifTool(this.#exifTool, commands);
      return await Promise.all(
        copies.map(async (copy, index) => {
          const isDone = /\b1 image files (?:created|updated|unchanged)/.test(printed[index] ?? '');
          const after = isDone ? await readIfPresent(copy) : undefined;
          if (after !== undefined) return after;
          const lines = complaints.filter((line) => line.includes(copy));
          throw exifToolFailed(lines.join('\n').replaceAll(copy, path.basename(copy)) || 'it wrote nothing');
        }),
      );
    });
  }

  /**
   * ExifTool only ever sees files of ours: it takes its arguments line by line, so a folder's name could hold options,
   * and the real file is to be replaced in one step.
   */
  async #inFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
    const folder = path.join(this.#workFolder, `${this.#copies++}`);
    await mkdir(folder);
    try {
      return await action(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Null where it says nothing; undefined where only ExifTool can tell. What cannot be read says nothing, either. */
async function readPlainly(photo: string): Promise<Embedded | null | undefined> {
  try {
    const head = await headOfJpeg(photo);
    if (head === undefined) return undefined;
    return isSilentJpeg(head) ? null : plainEmbedded(head);
  } catch (error) {
    if (error instanceof ForeignFileError || fileSystemCode(error) !== undefined) return null;
    throw error;
  }
}

function isCameras({ text: { texts } }: Embedded): boolean {
  return texts.caption.length > 0 && texts.caption.every(isCameraText);
}

async function copyTo(file: string, bytes: Uint8Array | undefined): Promise<string> {
  if (bytes !== undefined) await writeFile(file, bytes);
  return file;
}

function changeArgs({ base, texts, captionWriter, marks = {}, edits }: ToChange): string[] {
  const values = [
    ...textKindSchema.options.flatMap((kind) => textFields[kind].map((field) => [field, texts[kind]] as const)),
    [writerField, captionWriter] as const,
    [markFields.rating, marks.rating] as const,
    [markFields.label, marks.label] as const,
  ].flatMap(([field, text]) => (text === undefined ? [] : [[field, text] as const]));
  const given = new Set<string>(values.map(([field]) => field));
  const copies = [...(base?.copies ?? noCopies)].flatMap(([field, copied]) =>
    given.has(field) ? [] : copied.map((value) => `-${field}${listFields.has(field) ? '+' : ''}=${argument(value)}`),
  );
  const changes = edits.flatMap(({ field, removed, added }) => [
    ...removed.map((value) => `-${field}-=${argument(value)}`),
    ...added.map((value) => `-${field}+=${argument(value)}`),
  ]);
  const settings = values.map(([field, text]) => `-${field}=${text === null ? '' : argument(text)}`);
  return ['-overwrite_original', '-E', ...copies, ...settings, ...changes];
}

/** With -E, ExifTool decodes entities: a text on one line, with its spaces, and its own entities as they are. */
function argument(text: string): string {
  return literal(text).replaceAll(/[^\S ]|^ | $/g, (space) => `&#${space.codePointAt(0)};`);
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
    marks: { rating: markOf(tags[markFields.rating]), label: markOf(tags[markFields.label]) },
    tags: {
      'XMP-digiKam:TagsList': list('XMP-digiKam:TagsList'),
      'XMP-lr:HierarchicalSubject': list('XMP-lr:HierarchicalSubject'),
      'XMP-dc:Subject': list('XMP-dc:Subject'),
    },
  };
}

function markOf(value: unknown): string | null {
  return xmpText(String(value ?? '')) || null;
}

/** ExifTool gives a list of one as that one. */
function listed(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
