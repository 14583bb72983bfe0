/**
 * @file Opens a packed model and checks its shape to the last byte before any of it is copied. A pack comes from a stranger:
 * what must come next is known at every place, and whatever differs from it is refused. Any process.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readFully } from '../checkpoint/safetensors.ts';
import { type ModelManifest, manifestName, maxManifestBytes, parseManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { type ForeignFile, openForeignFile } from '../foreignFile.ts';
import type { Range } from './copyRange.ts';
import {
  blockBytes,
  entryBlock,
  entryBytes,
  isPackedName,
  maxPackHeaderBytes,
  packEndBytes,
  packExtension,
  packHeaderName,
  packHeaderSchema,
  packVersion,
  paddingBytes,
} from './packFormat.ts';

export interface PackedFile extends Range {
  readonly name: string;
  readonly sha256: string;
}

export interface OpenedPack extends AsyncDisposable {
  readonly handle: FileHandle;
  readonly manifest: ModelManifest;
  /** `model.json` as it stands in the pack. */
  readonly manifestContent: Buffer;
  readonly manifestSha256: string;
  readonly files: readonly PackedFile[];
}

/** Whether `source` is meant as a packed model: by its name, or by how it begins. */
export async function isPack(source: string): Promise<boolean> {
  const about = await stat(source).catch(() => undefined);
  if (about?.isFile() !== true) return false;
  if (source.toLowerCase().endsWith(packExtension)) return true;
  await using opened = await openForeignFile(source);
  const block = Buffer.alloc(blockBytes);
  const { bytesRead } = await opened.handle.read(block, 0, blockBytes, 0);
  return bytesRead === blockBytes && beginsPack(block);
}

/**
 * @throws ModelError PACK_INVALID, PACK_NEWER, PACK_DAMAGED; MODEL_MANIFEST_INVALID or MODEL_MANIFEST_NEWER for its
 *   model.json; ForeignFileError; the file system's errors
 */
export async function openPack(file: string): Promise<OpenedPack> {
  const opened = await openForeignFile(file);
  try {
    return { ...(await new PackReader(file, opened).read()), [Symbol.asyncDispose]: () => opened.handle.close() };
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
}

/** Where an entry's block has the size of its content, as octal digits. */
const sizeField = [124, 135] as const;

function beginsPack(block: Buffer): boolean {
  return block.toString('latin1', 0, packHeaderName.length + 1) === `${packHeaderName}\0`;
}

class PackReader {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #fileBytes: number;
  #offsetBytes = 0;

  constructor(file: string, { handle, stats }: ForeignFile) {
    this.#file = file;
    this.#handle = handle;
    this.#fileBytes = stats.size;
  }

  async read(): Promise<Omit<OpenedPack, keyof AsyncDisposable>> {
    const header = await this.#readHeader();
    if (header.manifest.sizeBytes > maxManifestBytes) throw this.#invalid('its model.json is too large');
    const manifestContent = await this.#readText(manifestName, header.manifest.sizeBytes);
    const manifestSha256 = createHash('sha256').update(manifestContent).digest('hex');
    if (manifestSha256 !== header.manifest.sha256) throw packDamaged(this.#file, manifestName);
    const manifest = parseManifest(manifestContent, this.#file);
    this.#assertFiles(manifest);
    const files: PackedFile[] = [];
    for (const { name, sizeBytes, sha256 } of manifest.files) {
      files.push({ name, sha256, sizeBytes, offsetBytes: await this.#enter(name, sizeBytes) });
      this.#offsetBytes += entryBytes(sizeBytes);
    }
    await this.#assertEnd();
    return { handle: this.#handle, manifest, manifestContent, manifestSha256, files };
  }

  /** The only entry whose size nothing before it says. */
  async #readHeader() {
    const block = await this.#readBytes(0, blockBytes);
    if (!beginsPack(block)) throw this.#invalid('it does not begin as one does');
    const sizeBytes = Number.parseInt(block.toString('latin1', ...sizeField), 8);
    if (!(sizeBytes <= maxPackHeaderBytes)) throw this.#invalid('its header is too large');
    const content = await this.#readText(packHeaderName, sizeBytes);
    let raw: unknown;
    try {
      raw = JSON.parse(content.toString('utf8'));
    } catch (cause) {
      throw this.#invalid('its header is not valid JSON', cause);
    }
    const version = z.object({ formatVersion: z.int() }).safeParse(raw).data?.formatVersion ?? 0;
    if (version > packVersion) {
      const message = `${path.basename(this.#file)} was packed by a newer Vignette. Update, or pack it again there.`;
      throw new ModelError('PACK_NEWER', message, { file: this.#file, version });
    }
    const parsed = packHeaderSchema.safeParse(raw);
    if (!parsed.success) throw this.#invalid('its header is malformed', parsed.error);
    return parsed.data;
  }

  async #readText(name: string, sizeBytes: number): Promise<Buffer> {
    const content = await this.#readBytes(await this.#enter(name, sizeBytes), sizeBytes);
    this.#offsetBytes += entryBytes(sizeBytes);
    return content;
  }

  /** Checks that the file comes next and is there whole, and returns where its content starts. */
  async #enter(name: string, sizeBytes: number): Promise<number> {
    const block = await this.#readBytes(this.#offsetBytes, blockBytes);
    if (!block.equals(await entryBlock(name, sizeBytes))) throw this.#invalid(`${name} does not come where it must`);
    const start = this.#offsetBytes + blockBytes;
    if (start + sizeBytes + paddingBytes(sizeBytes) > this.#fileBytes) throw this.#cutOff();
    return start;
  }

  /** What the names of the files become paths of, and whether one could take the place of another. */
  #assertFiles({ files, sizeBytes }: ModelManifest): void {
    const seen = new Set<string>();
    for (const { name } of files) {
      if (!isPackedName(name)) throw this.#invalid(`it has a file of the name ${JSON.stringify(name).slice(0, 100)}`);
      const folded = name.toLowerCase();
      if (seen.has(folded)) throw this.#invalid(`it has two files ${name}`);
      seen.add(folded);
    }
    const inAnother = [...seen].find((name) => name.includes('/') && seen.has(name.slice(0, name.indexOf('/'))));
    if (inAnother !== undefined) throw this.#invalid(`its file ${inAnother} lies in another file`);
    if (files.some((file) => file.sizeBytes < 0)) throw this.#invalid('a file has a negative size');
    const sum = files.reduce((total, file) => total + file.sizeBytes, 0);
    if (sum !== sizeBytes) throw this.#invalid('its model.json names another size than that of its files');
  }

  async #assertEnd(): Promise<void> {
    const end = await this.#readBytes(this.#offsetBytes, packEndBytes);
    const isEnd = end.every((byte) => byte === 0) && this.#offsetBytes + packEndBytes === this.#fileBytes;
    if (!isEnd) throw this.#invalid('something follows its last file');
  }

  async #readBytes(offsetBytes: number, sizeBytes: number): Promise<Buffer> {
    if (offsetBytes + sizeBytes > this.#fileBytes) {
      throw offsetBytes === 0 ? this.#invalid('it is too short') : this.#cutOff();
    }
    const bytes = Buffer.alloc(sizeBytes);
    await readFully(this.#handle, bytes, offsetBytes, this.#file);
    return bytes;
  }

  #invalid(what: string, cause?: unknown): ModelError {
    const message = `${path.basename(this.#file)} is not a packed model that can be imported: ${what}.`;
    return new ModelError('PACK_INVALID', message, { file: this.#file }, cause);
  }

  #cutOff(): ModelError {
    const message = `${path.basename(this.#file)} is cut off: it was not copied whole. Copy it again.`;
    return new ModelError('PACK_DAMAGED', message, { file: this.#file, fileBytes: this.#fileBytes });
  }
}

/** @param name of the file in the pack whose bytes are not those that were packed */
export function packDamaged(file: string, name: string): ModelError {
  const message = `${path.basename(file)} is damaged: ${name} in it is not what was packed. Copy the pack again.`;
  return new ModelError('PACK_DAMAGED', message, { file, name });
}
