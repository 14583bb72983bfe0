/** @file Files that a page made and fetches by their ids: what lies elsewhere has no address. Main process and server. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { makePrivateFolder, privateFileMode } from '../library/files/privateFiles.ts';

export interface Download {
  readonly id: string;
  /** As the person is to get it. */
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Its bytes, from the start. */
  readonly open: () => ReadableStream<Uint8Array>;
}

type Names = Pick<Download, 'fileName' | 'contentType'>;

/** Older ones go: whoever wanted them has fetched them. */
const maxKept = 4;

export class Downloads implements AsyncDisposable {
  readonly #folder: string;
  readonly #kept = new Map<string, Download>();
  readonly #files = new Map<string, string>();
  #isReady: Promise<void> | undefined;

  /** @param folder is this one's alone */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the next one is to be written. What an earlier process left there goes. */
  async newFile(): Promise<string> {
    this.#isReady ??= this.#clean();
    try {
      await this.#isReady;
    } catch (error) {
      this.#isReady = undefined;
      throw error;
    }
    return path.join(this.#folder, newId());
  }

  /** From now on it can be fetched. @param file of `newFile`, written */
  async offer(file: string, names: Names): Promise<Download> {
    await chmod(file, privateFileMode);
    const id = path.basename(file);
    const { size } = await stat(file);
    this.#files.set(id, file);
    return await this.#keep({ ...names, id, sizeBytes: size, open: () => webStream(createReadStream(file)) });
  }

  /** As `offer`, for what is made only while it is fetched, and as often as it is. */
  async offerMade(made: Pick<Download, 'sizeBytes' | 'open'>, names: Names): Promise<Download> {
    return await this.#keep({ ...names, ...made, id: newId() });
  }

  find(id: string): Download | undefined {
    return this.#kept.get(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kept.clear();
    this.#files.clear();
    if (this.#isReady !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #keep(download: Download): Promise<Download> {
    this.#kept.set(download.id, download);
    for (const id of [...this.#kept.keys()].slice(0, -maxKept)) {
      this.#kept.delete(id);
      const file = this.#files.get(id);
      this.#files.delete(id);
      if (file !== undefined) await rm(file, { force: true });
    }
    return download;
  }

  async #clean(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await makePrivateFolder(this.#folder);
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url');
}

function webStream(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

/** Its whole length is told beforehand. */
export function downloadHeaders({ fileName, contentType, sizeBytes }: Download): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Content-Length': String(sizeBytes),
    'Content-Disposition': attachment(fileName),
    'Cache-Control': 'no-store',
  };
}

/** RFC 6266: a name of plain characters for old clients, and the real one as RFC 5987 writes it. */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%/]/g, '_');
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
