/** @file The zip file that PyTorch writes: finds its records without loading them. Compiler only. */
import type { FileHandle } from 'node:fs/promises';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { CheckpointError } from '../checkpointError.ts';
import { readFully } from '../safetensors.ts';
import { maxPickleBytes } from './unpickle.ts';
import { shown, type WeightFileFaults } from './weightFileFaults.ts';

/** The largest published file has about 2,000. */
const maxRecords = 50_000;

/** Where a record's bytes lie in the file. */
export interface RecordLocation {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export class TorchArchive {
  readonly #zip: ZipFile;
  readonly #handle: FileHandle;
  readonly #file: string;
  readonly #faults: WeightFileFaults;
  /** By name within the archive's one folder. */
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(
    zip: ZipFile,
    source: { handle: FileHandle; file: string; faults: WeightFileFaults },
    entries: ReadonlyMap<string, Entry>,
  ) {
    this.#zip = zip;
    this.#handle = source.handle;
    this.#file = source.file;
    this.#faults = source.faults;
    this.#entries = entries;
  }

  /** @throws CheckpointError CHECKPOINT_TRUNCATED, CHECKPOINT_HEADER_INVALID or CHECKPOINT_UNSUPPORTED */
  static async open(handle: FileHandle, file: string, faults: WeightFileFaults): Promise<TorchArchive> {
    const { size: fileBytes } = await handle.stat();
    await assertZip(handle, fileBytes, faults);
    const reader = new HandleReader(handle, fileBytes, file);
    try {
      const zip = await fromRandomAccessReaderPromise(reader, fileBytes, { autoClose: false });
      return new TorchArchive(zip, { handle, file, faults }, await listRecords(zip, faults));
    } catch (cause) {
      if (cause instanceof CheckpointError) throw cause;
      const what = cause instanceof Error ? cause.message : String(cause);
      if (what.startsWith('End of central directory'))
        throw faults.truncated('its list of records is missing', {}, cause);
      throw faults.invalid(`it is no proper zip file (${what.slice(0, 200)})`, {}, cause);
    }
  }

  /** The pickle that lists the tensors. */
  async readPickle(): Promise<Uint8Array> {
    const order = this.#entries.has('byteorder') ? Buffer.from(await this.#read('byteorder', 16)).toString() : 'little';
    if (order !== 'little')
      throw this.#faults.unsupported('was saved on a big-endian machine. Save it again on another');
    return this.#read('data.pkl', maxPickleBytes);
  }

  /** Where the storage `key` lies; undefined when the archive does not have it. */
  async locateStorage(key: string): Promise<RecordLocation | undefined> {
    const entry = this.#entries.get(`data/${key}`);
    return entry === undefined ? undefined : this.#locate(entry);
  }

  async #read(record: string, maxBytes: number): Promise<Uint8Array> {
    const entry = this.#entries.get(record);
    if (entry === undefined) throw this.#faults.invalid(`it has no record ${record}`);
    const { offsetBytes, sizeBytes } = await this.#locate(entry);
    if (sizeBytes > maxBytes) {
      throw this.#faults.invalid(`its record ${record} has ${sizeBytes} bytes, more than ${maxBytes}`, { sizeBytes });
    }
    const bytes = new Uint8Array(sizeBytes);
    await readFully(this.#handle, bytes, offsetBytes, this.#file);
    return bytes;
  }

  async #locate(entry: Entry): Promise<RecordLocation> {
    if (entry.compressionMethod !== 0 || entry.isEncrypted()) {
      throw this.#faults.invalid(`its record ${shown(entry.fileName)} is compressed or encrypted`);
    }
    try {
      // checks that the record lies within the file
      const { fileDataStart } = await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true });
      return { offsetBytes: fileDataStart, sizeBytes: entry.uncompressedSize };
    } catch (cause) {
      throw this.#faults.invalid(`its record ${shown(entry.fileName)} cannot be found`, {}, cause);
    }
  }
}

/** Lets the zip library read through a handle that is ours to close, and nowhere outside the file. */
class HandleReader extends RandomAccessReader {
  readonly #handle: FileHandle;
  readonly #fileBytes: number;
  readonly #file: string;

  constructor(handle: FileHandle, fileBytes: number, file: string) {
    super();
    this.#handle = handle;
    this.#fileBytes = fileBytes;
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const reading =
      position + length > this.#fileBytes
        ? Promise.reject(new Error(`byte ${position} is outside the file`))
        : readFully(this.#handle, buffer.subarray(offset, offset + length), position, this.#file);
    reading.then(() => callback(null), callback);
  }
}

async function assertZip(handle: FileHandle, fileBytes: number, faults: WeightFileFaults): Promise<void> {
  const start = Buffer.alloc(262);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  if (bytesRead < 4) throw faults.truncated(`it has ${fileBytes} bytes`, { fileBytes });
  if (start.readUInt32BE() === 0x504b0304) return;
  // before PyTorch 1.6: pickles one after the other, and before that a tar file
  if (start[0] === 0x80 || start.subarray(257).toString('latin1') === 'ustar') {
    throw faults.unsupported(
      'is in the format that PyTorch wrote before version 1.6. Load it in PyTorch and save it again, or use the safetensors files',
    );
  }
  throw faults.invalid('it is no zip file');
}

/** All records, by their names within the folder that holds data.pkl. */
async function listRecords(zip: ZipFile, faults: WeightFileFaults): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxRecords) throw faults.invalid(`it claims ${zip.entryCount} records`);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw faults.invalid(`it has two records ${shown(entry.fileName)}`);
    entries.set(entry.fileName, entry);
  }
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickle === undefined || pickles.length > 1) {
    throw faults.invalid(`it has ${pickles.length} records data.pkl instead of one`);
  }
  const folder = pickle.slice(0, -'data.pkl'.length);
  const within = [...entries].filter(([name]) => name.startsWith(folder));
  return new Map(within.map(([name, entry]) => [name.slice(folder.length), entry]));
}
