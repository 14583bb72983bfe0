/** @file A caption as plain text in UTF-8: `.txt` and `.caption` sidecars, as training scripts read them. Main process, CLI. */
import { createHash } from 'node:crypto';
import type { TextKind } from '../../../schemas/text.ts';
import { createAtomically, readIfPresent, writeAtomically } from '../files/atomicWrite.ts';
import { existingText, FolderNames } from './existingSidecars.ts';
import type { WrittenFiles } from './outputFile.ts';
import { plainText } from './plainText.ts';
import { type IsOwnText, makeFolderOf, type SidecarFile, type SidecarKind, type SidecarText } from './sidecars.ts';

export class TextSidecars implements SidecarKind {
  readonly #written: WrittenFiles;
  readonly #names = new FolderNames();

  constructor(written: WrittenFiles) {
    this.#written = written;
  }

  /** All that there is, whatever the kind: the file has room for one text. */
  async holdsForeignText(sidecar: SidecarFile, _kind: TextKind, isOwn: IsOwnText): Promise<boolean> {
    const file = await this.#fileOf(sidecar);
    const present = await presentText(file);
    return present !== undefined && !isOwn(present, plainText, this.#wrote(file, present));
  }

  async deliver(sidecar: SidecarFile, wanted: SidecarText, isOwn: IsOwnText): Promise<boolean> {
    const file = await this.#fileOf(sidecar);
    const text = textOfSidecar(wanted);
    const present = await presentText(file);
    if (present !== undefined && present !== text && !isOwn(present, plainText, this.#wrote(file, present)))
      return false;
    // With nothing to say, what was said before stays: an empty file would look like a caption of no words.
    if (text === '') return true;
    if (present !== text) {
      await makeFolderOf(file, sidecar);
      if (!(await write(file, contentOf(text)))) return false;
    }
    this.#written.add(file, sha256Of(text));
    return true;
  }

  async #fileOf({ file }: SidecarFile): Promise<string> {
    return (await existingText(this.#names, file)) ?? file;
  }

  #wrote(file: string, text: string): boolean {
    return this.#written.wrote(file, sha256Of(text));
  }
}

/** What the file says, without the line end. */
export function textOfSidecar({ caption, tags, whole }: SidecarText): string {
  return plainText(whole ?? [...(caption == null ? [] : [caption.trim()]), ...(tags ?? [])].join(', '));
}

/** A file with nothing but white space holds no text. */
async function presentText(file: string): Promise<string | undefined> {
  const bytes = await readIfPresent(file);
  const text = bytes === undefined ? '' : new TextDecoder().decode(bytes).trim();
  return text === '' ? undefined : text;
}

async function write(file: string, content: string): Promise<boolean> {
  if ((await readIfPresent(file)) === undefined) return await createAtomically(file, content);
  await writeAtomically(file, content);
  return true;
}

function contentOf(text: string): string {
  return `${text}\n`;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(contentOf(text)).digest('hex');
}
