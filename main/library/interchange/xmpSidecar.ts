/**
 * @file XMP sidecars: a photo's description in the two places that other programs look (`dc:description`, language
 * x-default, and `tiff:ImageDescription`), its alt text and long description in IPTC's, and its tags in the three that
 * other programs look in, merged into what the photo's sidecar holds, or else into what its file says of itself. Main
 * process, CLI.
 */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type TextKind, textKindSchema } from '../../../schemas/text.ts';
import { type WrittenXmp, type WrittenXmpStore, writtenTo } from '../catalog/exports/writtenXmp.ts';
import { createAtomically, readIfPresent, writeAtomically } from '../files/atomicWrite.ts';
import { LibraryError } from '../files/libraryError.ts';
import { stemOf } from '../photos/xmpNames.ts';
import { EmbeddedMemory } from './embeddedMemory.ts';
import { existingXmp, FolderNames } from './existingSidecars.ts';
import { type Embedded, noCopies } from './plainEmbedded.ts';
import { type IsOwnText, makeFolderOf, type SidecarFile, type SidecarKind, type SidecarText } from './sidecars.ts';
import { isBlank, type XmpBase, XmpFiles, type XmpFilesOptions } from './xmpFile.ts';
import {
  type IsReplaceable,
  noXmpText,
  unmetChanges,
  writtenText,
  type XmpText,
  xmpChanges,
  xmpText,
} from './xmpMerge.ts';

/** Where it is remembered what was written. */
export type XmpMemory = Pick<WrittenXmpStore, 'of' | 'set' | 'remove'>;

interface Found {
  /** The sidecar that is there; where there is none, where it is to go. */
  readonly file: string;
  readonly isThere: boolean;
  /** Nothing is in it yet. */
  readonly isNew: boolean;
  /** What is in it, or what a new one begins with. */
  readonly base: XmpBase | undefined;
  /** Of that. */
  readonly text: XmpText;
  /** Of other sidecars of the photo, which programs may look at as well. */
  readonly others: readonly XmpText[];
}

interface Delivered {
  /** No text of somebody else's stayed in the place of one that was to be written. */
  readonly isWhole: boolean;
  /** False where nothing was written, for the place is not as it was. */
  readonly isDone: boolean;
  /** What the sidecar says then; undefined where there is none. */
  readonly text: XmpText | undefined;
}

/** So many that ExifTool gets many at a time, and so few that stopping is quick. */
export const xmpsAtOnce = 96;

/** Holds ExifTool processes; dispose of it. */
export class XmpSidecars implements SidecarKind, AsyncDisposable {
  readonly #files: XmpFiles;
  readonly #written: XmpMemory;
  readonly #names = new FolderNames();
  readonly #embedded = new EmbeddedMemory();
  readonly #delivering = new Map<string, Promise<Delivered>>();

  private constructor(files: XmpFiles, written: XmpMemory) {
    this.#files = files;
    this.#written = written;
  }

  /** Finds out right away whether ExifTool runs here. */
  static async start(temporaryFolder: string, written: XmpMemory, options?: XmpFilesOptions): Promise<XmpSidecars> {
    return new XmpSidecars(await XmpFiles.start(temporaryFolder, options), written);
  }

  /** What is in the photo's sidecar, and what of that Vignette put there. Undefined where there is none, or nothing in it. */
  async read(
    sidecar: SidecarFile,
  ): Promise<{ readonly text: XmpText; readonly written: WrittenXmp | undefined } | undefined> {
    const { file, text, isNew } = await this.#find(sidecar, 'read');
    return isNew ? undefined : { text, written: await writtenTo(this.#written.of(sidecar.photoId), file) };
  }

  async holdsForeignText(sidecar: SidecarFile, kind: TextKind, isOwn: IsOwnText): Promise<boolean> {
    const found = await this.#find(sidecar, 'read');
    const own = writtenText(await writtenTo(this.#written.of(sidecar.photoId), found.file), kind);
    return ![found.text, ...found.others]
      .flatMap(({ texts }) => texts[kind])
      .every((text) => isOwn(text, xmpText, text === own, kind));
  }

  /** Of photos that may share a sidecar, one after the other. True, too, for a photo that is no longer where it was. */
  async deliver(sidecar: SidecarFile, wanted: SidecarText, isOwn: IsOwnText): Promise<boolean> {
    return (await this.#inTurn(sidecar, () => this.#deliver(sidecar, wanted, isOwn))).isWhole;
  }

  /**
   * As `deliver`, where the sidecar still says what was read of it: what another program writes meanwhile is to be read
   * first. Undefined where it says something else by now, or the photo is no longer where it was.
   * @param read undefined: there was none
   */
  async update(
    sidecar: SidecarFile,
    wanted: SidecarText,
    isOwn: IsOwnText,
    read: XmpText | undefined,
  ): Promise<
    { /** What it says then; undefined where there is none. */ readonly text: XmpText | undefined } | undefined
  > {
    const isAsRead = ({ isNew, text }: Found) => isDeepStrictEqual(isNew ? undefined : text, read);
    const { isDone, text } = await this.#inTurn(sidecar, () => this.#deliver(sidecar, wanted, isOwn, isAsRead));
    return isDone ? { text } : undefined;
  }

  async #inTurn(sidecar: SidecarFile, deliver: () => Promise<Delivered>): Promise<Delivered> {
    const place = path.join(path.dirname(sidecar.file), stemOf(path.basename(sidecar.photo))).toLowerCase();
    const before = this.#delivering.get(place);
    const delivered = (async () => {
      await before?.catch(() => undefined);
      return await deliver();
    })();
    this.#delivering.set(place, delivered);
    try {
      return await delivered;
    } finally {
      if (this.#delivering.get(place) === delivered) this.#delivering.delete(place);
    }
  }

  async #deliver(
    sidecar: SidecarFile,
    wanted: SidecarText,
    isOwn: IsOwnText,
    isExpected: (found: Found) => boolean = () => true,
  ): Promise<Delivered> {
    const found = await this.#find(sidecar, 'take');
    if (!isExpected(found)) return { isWhole: false, isDone: false, text: undefined };
    const { file, isThere, isNew, base, text, others } = found;
    let said = isNew ? undefined : text;
    const before = await writtenTo(this.#written.of(sidecar.photoId), file);
    const isReplaceable: IsReplaceable = (there, isWritten, kind) => isOwn(there, xmpText, isWritten, kind);
    // What is to be written would hide somebody else's text in another sidecar of the photo.
    const hiding = textKindSchema.options.filter(
      (kind) =>
        wanted[kind] != null &&
        !others.flatMap(({ texts }) => texts[kind]).every((there) => isReplaceable(there, false, kind)),
    );
    const asked = { ...wanted, ...Object.fromEntries(hiding.map((kind) => [kind, undefined])) };
    const { written, isKept, ...changes } = xmpChanges(text, asked, before, isReplaceable);
    const { texts, marks, captionWriter, edits } = changes;
    if (Object.keys({ ...texts, ...marks }).length > 0 || captionWriter !== undefined || edits.length > 0) {
      const after = await this.#changed(file, base, text, changes);
      if (sidecar.isStillThere?.() === false) return { isWhole: true, isDone: false, text: said };
      await makeFolderOf(file, sidecar);
      if (isThere) await writeAtomically(file, after.xmp);
      else if (!(await createAtomically(file, after.xmp))) return { isWhole: false, isDone: false, text: said };
      said = after.text;
      await this.#names.add(file);
    }
    this.#remember(sidecar.photoId, file, written);
    return { isWhole: !isKept && hiding.length === 0, isDone: true, text: said };
  }

  /** What the sidecar is to be, read once more. @throws LibraryError SIDECAR_UNSAFE */
  async #changed(
    file: string,
    base: XmpBase | undefined,
    before: XmpText,
    changes: Parameters<typeof unmetChanges>[1],
  ): Promise<{ readonly xmp: Buffer; readonly text: XmpText }> {
    const xmp = await this.#files.changed(base, changes);
    const text = await this.#files.read(xmp, file);
    const fields = unmetChanges(before, changes, text);
    if (fields.length === 0) return { xmp, text };
    const message = `Its sidecar ${file} would not say what was meant (${fields.join(', ')}); it was left alone.`;
    throw new LibraryError('SIDECAR_UNSAFE', message, { file, fields });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }

  /** @param embedded how to come by what the photo says of itself: whether it is needed again */
  async #find({ photo, file }: SidecarFile, embedded: 'read' | 'take'): Promise<Found> {
    const listed = await existingXmp(this.#names, photo, file);
    // It may have appeared since the folder was listed.
    const there = listed.includes(file) ? listed : [file, ...listed];
    const sidecars: { file: string; bytes: Buffer; text: XmpText }[] = [];
    for (const name of there) {
      const bytes = await readIfPresent(name);
      if (bytes === undefined) continue;
      sidecars.push({ file: name, bytes, text: isBlank(bytes) ? noXmpText : await this.#files.read(bytes, name) });
    }
    const [first, ...rest] = sidecars.toSorted((a, b) => listed.indexOf(a.file) - listed.indexOf(b.file));
    const others = rest.map((other) => other.text);
    if (first !== undefined && !isBlank(first.bytes)) {
      const { file, text, bytes } = first;
      return { file, text, base: { xmp: bytes, copies: noCopies }, isThere: true, isNew: false, others };
    }
    const base = await this.#baseOf(photo, file, embedded);
    const text = base?.text ?? noXmpText;
    return { file: first?.file ?? file, isThere: first !== undefined, isNew: true, base, text, others };
  }

  /** The sidecar beside the photo, where a new one goes elsewhere; else what the photo says of itself. */
  async #baseOf(photo: string, file: string, embedded: 'read' | 'take'): Promise<Embedded | undefined> {
    const beside = await existingXmp(this.#names, photo, `${photo}.xmp`);
    for (const name of beside) {
      if (name === file) continue;
      const bytes = await readIfPresent(name);
      if (bytes === undefined || isBlank(bytes)) continue;
      return { xmp: bytes, copies: noCopies, text: await this.#files.read(bytes, photo) };
    }
    return await this.#embedded[embedded](photo, (of) => this.#files.embedded(of));
  }

  #remember(photoId: number, file: string, written: WrittenXmp): void {
    if (written.description === null && Object.values(written.values).every((values) => values.length === 0)) {
      this.#written.remove(photoId, file);
    } else {
      this.#written.set(photoId, file, written);
    }
  }
}
