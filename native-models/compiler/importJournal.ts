/** @file What an unfinished import has finished, so that it can go on after it was stopped or killed. */
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readForeignFile } from '../foreignFile.ts';
import type { WrittenFile } from '../onnx/modelWriter.ts';
import { processIsRunning } from '../processIsRunning.ts';
import { sha256OfFile } from './fileHash.ts';
import { ModelError } from './modelError.ts';

const journalName = 'import.jsonl';
const maxJournalBytes = 64 << 20;

const headerSchema = z.object({ fingerprint: z.string(), pid: z.int() });
const fileSchema = z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() });

/** A graph with those of its layers that are stored wider than the precision says. */
const graphFields = { graph: z.string(), wideLayers: z.array(z.string()) };

/** What a finished graph's files are. */
const finishedSchema = z.object({ ...graphFields, files: z.array(fileSchema) });
type Finished = z.output<typeof finishedSchema>;

/** Weights that are in the data file of a graph: the first initializer of each group, and the CRC-32 of the group. */
const writtenSchema = z.object({ ...graphFields, written: z.array(z.tuple([z.int(), z.int()])) });
type Written = z.output<typeof writtenSchema>;

/** A file of tensors that are kept for weights whose other tensors have not arrived. */
const carriedSchema = z.object({ carried: fileSchema });

const entrySchema = z.union([finishedSchema, writtenSchema, carriedSchema]);

/** A file of lines: a header that says what is being imported and by which process, then what was finished. */
export class ImportJournal implements AsyncDisposable {
  readonly #file: string;
  readonly #handle: FileHandle;
  /** By graph; written again with other wide layers, it is the later one that counts. */
  readonly #finished = new Map<string, Finished>();
  readonly #written = new Map<string, Written>();
  readonly #carried: WrittenFile[] = [];

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  /**
   * Opens the journal in `folder`. What was finished counts only if it was made from the same things (`fingerprint`) and
   * is still there; otherwise the folder is emptied.
   * @throws ModelError MODEL_IN_USE when another process is importing into this folder
   */
  static async open(folder: string, fingerprint: string): Promise<ImportJournal> {
    const file = path.join(folder, journalName);
    const { header, entries } = await readLines(file);
    if (header !== undefined && header.pid !== process.pid && processIsRunning(header.pid)) {
      throw new ModelError('MODEL_IN_USE', 'Another Vignette is importing this model at the moment.', {
        folder,
        pid: header.pid,
      });
    }
    const isSame = header?.fingerprint === fingerprint;
    if (!isSame) {
      for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true, force: true });
    }
    const handle = await open(file, 'w');
    const journal = new ImportJournal(file, handle);
    await journal.#append({ fingerprint, pid: process.pid });
    if (isSame) await journal.#takeOver(folder, entries);
    return journal;
  }

  /** The files of a graph that is finished, with just these layers wide. */
  filesOf(graph: string, wideLayers: readonly string[]): readonly WrittenFile[] | undefined {
    const entry = this.#finished.get(graph);
    return entry?.wideLayers.join() === wideLayers.join() ? entry.files : undefined;
  }

  /** The CRC-32 of each group of weights that was written, by its first initializer. */
  writtenIn(graph: string, wideLayers: readonly string[]): ReadonlyMap<number, number> {
    const entry = this.#written.get(graph);
    return new Map(entry?.wideLayers.join() === wideLayers.join() ? entry.written : []);
  }

  /** Files of tensors that are kept. */
  get carried(): readonly WrittenFile[] {
    return this.#carried;
  }

  /** The files of a graph are about to be deleted. A journal that is read again looks whether they are there. */
  forget(graph: string): void {
    this.#finished.delete(graph);
    this.#written.delete(graph);
  }

  async add(entry: Finished): Promise<void> {
    this.#finished.set(entry.graph, entry);
    await this.#append(entry);
  }

  /** After the weights are on the disk. */
  async addWritten(entry: Written): Promise<void> {
    const known = this.writtenIn(entry.graph, entry.wideLayers);
    this.#written.set(entry.graph, { ...entry, written: [...known, ...entry.written] });
    await this.#append(entry);
  }

  async addCarried(carried: WrittenFile): Promise<void> {
    this.#carried.push(carried);
    await this.#append({ carried });
  }

  /** Removes the journal: the folder is complete. */
  async finish(): Promise<void> {
    await rm(this.#file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  /** What an earlier process has written down. Of weights it holds checksums, which are compared when they are gone on with. */
  async #takeOver(folder: string, entries: readonly z.output<typeof entrySchema>[]): Promise<void> {
    const finished = new Map<string, Finished>();
    for (const entry of entries) {
      if ('written' in entry) await this.addWritten(entry);
      else if ('files' in entry) finished.set(entry.graph, entry);
      else if (await areWhole(folder, [entry.carried])) await this.addCarried(entry.carried);
    }
    for (const entry of finished.values()) if (await areWhole(folder, entry.files)) await this.add(entry);
  }

  async #append(line: unknown): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
    await this.#handle.sync();
  }
}

async function readLines(file: string) {
  const text = await readForeignFile(file, maxJournalBytes).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
  const [first, ...rest] = text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
  const entries = rest.map((line) => entrySchema.safeParse(line).data).filter((entry) => entry !== undefined);
  return { header: headerSchema.safeParse(first).data, entries };
}

/** The last line may have been cut by a crash: it then counts as nothing. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Read again: the machine may have gone down meanwhile, and nobody else checks them until the model is verified. */
async function areWhole(folder: string, files: readonly WrittenFile[]): Promise<boolean> {
  for (const { name, sizeBytes, sha256 } of files) {
    const file = path.join(folder, name);
    const about = await stat(file).catch(() => undefined);
    if (about?.size !== sizeBytes || (await sha256OfFile(file)).sha256 !== sha256) return false;
  }
  return true;
}
