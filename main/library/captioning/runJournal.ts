/**
 * @file Remembers the captions of an unfinished run, so that the next equal call does only what is missing. One JSON
 * value a line: first the run's identity, then an entry as soon as a photo has its caption. Main process and CLI.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { keepBackup } from '../files/atomicWrite.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import { type Caption, captionSchema, type RunIdentity, runIdentitySchema } from './captionRecord.ts';

const headerSchema = z.object({ journal: z.literal('vignette-run'), version: z.literal(1), run: runIdentitySchema });

const captionEntrySchema = z.object({
  path: z.string(),
  sizeBytes: z.int(),
  modifiedMs: z.int(),
  caption: captionSchema,
});

/** The caption has reached its sidecar; what happens to that file from here on is the person's business. */
const deliveredEntrySchema = z.object({ delivered: z.string() });

/** The output file was written before the run was complete; these bytes are ours to replace. */
const outputEntrySchema = z.object({ outputSha256: z.string() });

const entrySchema = z.union([captionEntrySchema, deliveredEntrySchema, outputEntrySchema]);
type Entry = z.output<typeof entrySchema>;
type CaptionEntry = z.output<typeof captionEntrySchema>;

/** A crash of the program loses nothing; a power cut loses at most this many captions. */
const entriesPerSync = 16;

export interface OpenedJournal {
  readonly journal: RunJournal;
  /** Where another run's journal (other model, prompt or settings) was put aside, if one was in the way. */
  readonly setAside?: string;
}

export class RunJournal {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #content: JournalContent;
  #unsynced = 0;
  #closed = false;

  private constructor(file: string, handle: FileHandle, content: JournalContent) {
    this.#file = file;
    this.#handle = handle;
    this.#content = content;
  }

  /** Goes on with the journal that is there, or starts one. Fails when the folder cannot be written. */
  static async open(file: string, run: RunIdentity): Promise<OpenedJournal> {
    let content = await readJournal(file);
    let setAside: string | undefined;
    if (content?.hasEntries && !isDeepStrictEqual(content.run, run)) {
      setAside = await keepBackup(file);
      await rm(file);
      content = undefined;
    }
    const goesOn = content?.run !== undefined && isDeepStrictEqual(content.run, run);
    const handle = await open(file, goesOn ? 'a' : 'w');
    const journal = new RunJournal(file, handle, goesOn && content !== undefined ? content : emptyContent());
    if (!goesOn) {
      await journal.#write(JSON.stringify({ journal: 'vignette-run', version: 1, run }));
    } else if (content !== undefined && !content.endsInNewline) {
      // The last line was cut off by a crash; an entry appended to it would be lost too.
      await handle.appendFile('\n');
    }
    return { journal, ...(setAside !== undefined && { setAside }) };
  }

  /** The caption made for this very file; a file that was changed since has none. */
  captionOf(photo: PhotoFile): Caption | undefined {
    const entry = this.#content.captions.get(photo.path)?.latest;
    return entry?.sizeBytes === photo.sizeBytes && entry.modifiedMs === photo.modifiedMs ? entry.caption : undefined;
  }

  /** True for text that this run made for the photo, even if the photo was changed since. */
  madeText(photo: PhotoFile, text: string): boolean {
    return this.#content.captions.get(photo.path)?.texts.includes(text) ?? false;
  }

  async addCaption(photo: PhotoFile, caption: Caption): Promise<void> {
    const { path: photoPath, sizeBytes, modifiedMs } = photo;
    const entry = { path: photoPath, sizeBytes, modifiedMs, caption };
    addEntry(this.#content, entry);
    await this.#append(entry);
  }

  isDelivered(photo: PhotoFile): boolean {
    return this.#content.delivered.has(photo.path);
  }

  async markDelivered(photo: PhotoFile): Promise<void> {
    const entry = { delivered: photo.path };
    addEntry(this.#content, entry);
    await this.#append(entry);
  }

  get isEmpty(): boolean {
    return this.#content.captions.size === 0;
  }

  wroteOutput(sha256: string): boolean {
    return this.#content.outputs.has(sha256);
  }

  async addOutput(sha256: string): Promise<void> {
    const entry = { outputSha256: sha256 };
    addEntry(this.#content, entry);
    await this.#append(entry);
  }

  /** Closes the file and keeps it for the next call. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#handle.datasync();
      await this.#handle.close();
    }
  }

  /** Everything is done: nothing is left to go on with. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#file, { force: true });
  }

  async #append(entry: Entry): Promise<void> {
    await this.#write(JSON.stringify(entry));
    this.#unsynced += 1;
    if (this.#unsynced >= entriesPerSync) {
      this.#unsynced = 0;
      await this.#handle.datasync();
    }
  }

  async #write(line: string): Promise<void> {
    await this.#handle.appendFile(`${line}\n`);
  }
}

interface PhotoCaptions {
  readonly latest: CaptionEntry;
  /** Of all captions that the run made for the photo, which may have changed in between. */
  readonly texts: readonly string[];
}

interface JournalContent {
  readonly run: RunIdentity | undefined;
  readonly captions: Map<string, PhotoCaptions>;
  readonly delivered: Set<string>;
  readonly outputs: Set<string>;
  readonly hasEntries: boolean;
  readonly endsInNewline: boolean;
}

function emptyContent(): JournalContent {
  return {
    run: undefined,
    captions: new Map(),
    delivered: new Set(),
    outputs: new Set(),
    hasEntries: false,
    endsInNewline: true,
  };
}

/** Lines that a crash cut off, or that something else damaged, are passed over; undefined when there is no file. */
async function readJournal(file: string): Promise<JournalContent | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    const endsInNewline = await endsWithNewline(handle);
    const content = emptyContent();
    let run: RunIdentity | undefined;
    let lineCount = 0;
    for await (const line of handle.readLines({ start: 0, autoClose: false })) {
      lineCount += 1;
      const value = parseLine(line);
      if (lineCount === 1) {
        run = headerSchema.safeParse(value).data?.run;
        continue;
      }
      const entry = entrySchema.safeParse(value).data;
      if (entry !== undefined) {
        addEntry(content, entry);
      }
    }
    return { ...content, run, hasEntries: lineCount > 1, endsInNewline };
  } finally {
    await handle.close();
  }
}

function addEntry(content: JournalContent, entry: Entry): void {
  if ('delivered' in entry) {
    content.delivered.add(entry.delivered);
  } else if ('outputSha256' in entry) {
    content.outputs.add(entry.outputSha256);
  } else {
    const texts = content.captions.get(entry.path)?.texts ?? [];
    content.captions.set(entry.path, { latest: entry, texts: [...texts, entry.caption.text.trim()] });
    // Made anew, so it has to be delivered anew.
    content.delivered.delete(entry.path);
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function endsWithNewline(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) {
    return true;
  }
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

/** Beside the output, hidden, and named after it. */
export function journalBeside(outputFile: string): string {
  return path.join(path.dirname(outputFile), `.${path.basename(outputFile)}.vignette-run.jsonl`);
}

export function journalIn(outputFolder: string): string {
  return path.join(outputFolder, '.vignette-run.jsonl');
}
