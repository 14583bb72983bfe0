/**
 * @file XMP sidecars through ExifTool: a photo's description in the two places that other programs look
 * (`dc:description`, language x-default, and `tiff:ImageDescription`) and its tags in the three that they do, merged into
 * what the file holds. Main process, CLI.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool, WriteTags } from 'exiftool-vendored';
import * as z from 'zod';
import { createAtomically, readIfPresent, writeAtomically } from '../files/atomicWrite.ts';
import { startExifTool } from '../files/exifTool.ts';
import { LibraryError } from '../libraryError.ts';
import type { SidecarKind } from './sidecars.ts';

/** Of any language: ExifTool would drop a German description when it writes the x-default one. */
const descriptionKey = /^XMP-(dc:Description|tiff:ImageDescription)(-|$)/;

const tagsSchema = z.object({ warnings: z.array(z.string()).default([]) }).catchall(z.unknown());

/** Not allowed in XML 1.0, however it is escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const tagArgs = ['-XMP-digiKam:TagsList', '-XMP-lr:HierarchicalSubject', '-XMP-dc:Subject', '-G1'];

/** ExifTool gives a list of one as that one, and what looks like a number as a number. */
function listed(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Holds an ExifTool process; dispose of it. */
export class XmpSidecars implements SidecarKind, AsyncDisposable {
  readonly #exifTool: ExifTool;
  readonly #workFolder: string;

  private constructor(exifTool: ExifTool, workFolder: string) {
    this.#exifTool = exifTool;
    this.#workFolder = workFolder;
  }

  /** Finds out right away whether ExifTool runs here. */
  static async start(temporaryFolder: string): Promise<XmpSidecars> {
    const exifTool = await startExifTool('XMP sidecars need');
    return new XmpSidecars(exifTool, await mkdtemp(path.join(temporaryFolder, 'vignette-xmp-')));
  }

  async read(file: string): Promise<string | undefined> {
    const bytes = await readIfPresent(file);
    if (bytes === undefined || isBlank(bytes)) {
      return undefined;
    }
    return await this.#withCopy(bytes, async (copy) => {
      const tags = await this.#tagsOf(copy, file);
      const found = Object.entries(tags).find(
        ([key, value]) => descriptionKey.test(key) && String(value).trim() !== '',
      );
      return found === undefined ? undefined : String(found[1]).trim();
    });
  }

  /** Without text, a description that is there stays. Tags are added to those that are there. */
  async write(file: string, text: string, tags: readonly string[] = []): Promise<boolean> {
    const before = await readIfPresent(file);
    const description = text.replaceAll(notInXml, '').trim();
    const after = await this.#withCopy(before === undefined || isBlank(before) ? undefined : before, async (copy) => {
      const values: WriteTags & Record<string, string | string[]> = {
        ...(description === '' ? {} : { 'XMP-dc:Description': description, 'XMP-tiff:ImageDescription': description }),
        ...(tags.length === 0
          ? {}
          : await this.#withTags(before === undefined || isBlank(before) ? undefined : copy, tags)),
      };
      // Of nothing but characters that XML does not know, nothing is left to write.
      if (Object.keys(values).length === 0) return undefined;
      await this.#exifTool.write(copy, values, { writeArgs: ['-overwrite_original'] });
      return await readFile(copy);
    });
    if (after === undefined) return true;
    if (before === undefined) {
      return await createAtomically(file, after);
    }
    await writeAtomically(file, after);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exifTool.end();
    await rm(this.#workFolder, { recursive: true, force: true });
  }

  /** Where digiKam, Lightroom and everybody else look for tags; those that are there stay. */
  async #withTags(copy: string | undefined, tags: readonly string[]): Promise<Record<string, string[]>> {
    const present =
      copy === undefined ? {} : z.record(z.string(), z.unknown()).parse(await this.#exifTool.readRaw(copy, tagArgs));
    const clean = tags.map((tag) => tag.replaceAll(notInXml, '')).filter((tag) => tag.trim() !== '');
    const united = (key: string, added: readonly string[]) => [...new Set([...listed(present[key]), ...added])];
    return {
      'XMP-digiKam:TagsList': united('XMP-digiKam:TagsList', clean),
      'XMP-lr:HierarchicalSubject': united(
        'XMP-lr:HierarchicalSubject',
        clean.map((tag) => tag.replaceAll('/', '|')),
      ),
      'XMP-dc:Subject': united(
        'XMP-dc:Subject',
        clean.map((tag) => tag.slice(tag.lastIndexOf('/') + 1)),
      ),
    };
  }

  async #tagsOf(copy: string, file: string): Promise<z.output<typeof tagsSchema>> {
    // Warnings have to be asked for, once tags are.
    const args = ['-FileType', '-Warning', '-XMP-dc:Description*', '-XMP-tiff:ImageDescription*', '-G1'];
    let cause: unknown;
    try {
      const tags = tagsSchema.parse(await this.#exifTool.readRaw(copy, args));
      const isDamaged = tags.warnings.some((warning) => warning.includes('format error'));
      if (!isDamaged && tags['File:FileType'] === 'XMP') {
        return tags;
      }
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

  /**
   * ExifTool only ever sees a file of ours: it takes its arguments line by line, so a folder's name could hold options,
   * and the real file is to be replaced in one step.
   */
  async #withCopy<T>(bytes: Uint8Array | undefined, action: (copy: string) => Promise<T>): Promise<T> {
    const copy = path.join(this.#workFolder, 'sidecar.xmp');
    await rm(copy, { force: true });
    if (bytes !== undefined) {
      await writeFile(copy, bytes);
    }
    return await action(copy);
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
