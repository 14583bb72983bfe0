/**
 * @file A file that comes in ranges, in any order, over several sessions: the bytes, and beside them a journal of the
 * ranges that are safely there. Main process and CLI.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readForeignFile } from '../foreignFile.ts';
import { processIsRunning } from '../processIsRunning.ts';
import { type ByteRange, mergedRanges, rangeBytes } from './byteRanges.ts';
import { HubError } from './hubError.ts';

/** It ends as other programs' partial files in the cache do, but is none of theirs, which grow at their end. */
const partialExtension = '.vignette.incomplete';
const journalExtension = '.vignette.jsonl';
/** Of a journal that is being written. */
const temporaryExtension = '.tmp';
const maxJournalBytes = 64 << 20;

const headerSchema = z.object({ sizeBytes: z.int(), pid: z.int(), etag: z.string().nullable() });
const rangeSchema = z.object({ from: z.int(), to: z.int() });

export class PartialFile implements AsyncDisposable {
  /** Where the bytes lie until they are whole. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly #target: string;
  readonly #bytes: FileHandle;
  readonly #journal: FileHandle;
  readonly #takenOver: readonly ByteRange[];
  #etag: string | undefined;

  private constructor(
    target: string,
    sizeBytes: number,
    handles: { readonly bytes: FileHandle; readonly journal: FileHandle },
    before: { readonly ranges: readonly ByteRange[]; readonly etag: string | undefined },
  ) {
    this.path = target + partialExtension;
    this.sizeBytes = sizeBytes;
    this.#target = target;
    this.#bytes = handles.bytes;
    this.#journal = handles.journal;
    this.#takenOver = before.ranges;
    this.#etag = before.etag;
  }

  /**
   * @param target what the file will be called; its folder is made
   * @throws HubError HUB_FILE_IN_USE while another process fetches it; the file system's errors
   */
  static async open(target: string, sizeBytes: number): Promise<PartialFile> {
    await mkdir(path.dirname(target), { recursive: true });
    const { header, ranges } = await readJournal(target + journalExtension);
    if (header !== undefined && header.pid !== process.pid && processIsRunning(header.pid)) {
      throw new HubError('HUB_FILE_IN_USE', 'Another Vignette is downloading this model at the moment.', {
        file: target,
        pid: header.pid,
      });
    }
    const bytes = await openBytes(target + partialExtension);
    try {
      // A file that was shortened or taken away has none of what the journal promises.
      const { size } = await bytes.stat();
      const etag = header?.etag ?? undefined;
      const before = header?.sizeBytes === sizeBytes ? mergedRanges(ranges, Math.min(size, sizeBytes)) : [];
      await bytes.truncate(sizeBytes);
      const journal = await writeJournal(target + journalExtension, { sizeBytes, etag: etag ?? null }, before);
      return new PartialFile(target, sizeBytes, { bytes, journal }, { ranges: before, etag });
    } catch (error) {
      await bytes.close();
      throw error;
    }
  }

  /** What earlier sessions left, in order. */
  get takenOver(): readonly ByteRange[] {
    return this.#takenOver;
  }

  /** The tag that all replies must have had. */
  get etag(): string | undefined {
    return this.#etag;
  }

  async write(bytes: Uint8Array, offset: number): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.#bytes.write(bytes, done, bytes.byteLength - done, offset + done);
      done += bytesWritten;
    }
  }

  /** Notes that these bytes were written. They reach the disk before the note does. */
  async note(range: ByteRange): Promise<void> {
    await this.#bytes.datasync();
    await this.#journal.appendFile(`${JSON.stringify(range)}\n`);
  }

  /** Notes the tag of the first reply. */
  async noteEtag(etag: string): Promise<void> {
    this.#etag = etag;
    await this.#journal.appendFile(`${JSON.stringify({ etag })}\n`);
  }

  /** Gives the file its name: its bytes were checked. */
  async finish(): Promise<void> {
    await this.#bytes.sync();
    await this[Symbol.asyncDispose]();
    await rename(this.path, this.#target);
    await rm(this.#target + journalExtension, { force: true });
  }

  /** Closes and removes it: its bytes are of no use. */
  async discard(): Promise<void> {
    await this[Symbol.asyncDispose]();
    await removePartial(this.#target);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#bytes.close(), this.#journal.close()]);
  }
}

/** What earlier sessions left of a file of so many bytes. */
export async function partialBytes(target: string, sizeBytes: number): Promise<number> {
  const { header, ranges } = await readJournal(target + journalExtension);
  return header?.sizeBytes === sizeBytes ? rangeBytes(mergedRanges(ranges, sizeBytes)) : 0;
}

/** What is left of a file that did not become whole. */
export async function removePartial(target: string): Promise<void> {
  for (const extension of [partialExtension, journalExtension, journalExtension + temporaryExtension]) {
    await rm(target + extension, { force: true });
  }
}

async function openBytes(file: string): Promise<FileHandle> {
  return await open(file, constants.O_RDWR | constants.O_CREAT | (constants.O_NONBLOCK ?? 0), 0o644);
}

/** Written anew, so that it stays short and has no line that was cut. */
async function writeJournal(
  file: string,
  { sizeBytes, etag }: { sizeBytes: number; etag: string | null },
  ranges: readonly ByteRange[],
): Promise<FileHandle> {
  const lines = [{ sizeBytes, pid: process.pid, etag }, ...ranges];
  const temporary = file + temporaryExtension;
  const handle = await open(temporary, 'w', 0o644);
  try {
    await handle.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await rename(temporary, file);
    return handle;
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
}

async function readJournal(file: string) {
  const text = await readForeignFile(file, maxJournalBytes).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
  const [first, ...rest] = text.split('\n').map(parseLine);
  const header = headerSchema.safeParse(first).data;
  const ranges = rest.flatMap((line) => rangeSchema.safeParse(line).data ?? []);
  const etag = rest.flatMap((line) => z.object({ etag: z.string() }).safeParse(line).data?.etag ?? []).at(-1);
  return { header: header === undefined ? undefined : { ...header, etag: etag ?? header.etag }, ranges };
}

/** The last line may have been cut by a crash: it then counts as nothing. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
