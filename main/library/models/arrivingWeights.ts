/**
 * @file Downloads weight files while they are compiled, so that at no time all of them lie on the disk: they come into a
 * folder of their own, one after the other, and are gone when they were used. Main process and CLI.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ExpectedWeights, startExtension } from '../../../native-models/checkpoint/arrivingCheckpoint.ts';
import { readSafetensorsStart } from '../../../native-models/checkpoint/safetensors.ts';
import { type Arrivals, ArrivingFile, type CheckedFile } from '../../../native-models/compiler/arrivals.ts';
import { pathExists } from '../../../native-models/foreignFile.ts';
import type { CheckpointDownload } from '../../../native-models/hub/checkpointDownload.ts';
import type { HubFile } from '../../../native-models/hub/hubRepository.ts';
import { DiskRoom } from './diskRoom.ts';

export interface ArrivingOptions {
  /** Its own; what earlier sessions left in it is gone on with. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told how many bytes of all weight files were downloaded, in this session and before. */
  readonly onBytes: (doneBytes: number) => void;
}

/**
 * Whether the weights are compiled as they arrive: their headers can be read before all of a file is there. Of a single
 * file nothing is gained; while it is there, the model can be compared with float32.
 */
export function canArrive({ needed: { weights }, missing }: CheckpointDownload): boolean {
  const isMissing = (file: HubFile) => missing.some(({ path: name }) => name === file.path);
  return (
    weights.length > 1 &&
    weights.some(isMissing) &&
    weights.every((file) => file.path.endsWith('.safetensors') && isSha256(file.hash))
  );
}

/** What they need of the disk at most, beside the model. */
export function arrivingBytes({ needed: { weights } }: Pick<CheckpointDownload, 'needed'>): number {
  return Math.max(...weights.map(({ sizeBytes }) => sizeBytes));
}

/**
 * The headers are there when this returns; files are fetched once the import asks for them, one after the other, each as far
 * as there is room.
 * @throws HubError; CheckpointError; the file system's errors; the signal's reason
 */
export async function arrivingWeights(download: CheckpointDownload, options: ArrivingOptions): Promise<Arrivals> {
  const { folder, signal } = options;
  await mkdir(folder, { recursive: true });
  for (const file of download.needed.weights) await keepStart(download, file, folder, signal);
  const files = download.needed.weights.map(({ path: name, sizeBytes, hash }) => ({ name, sizeBytes, sha256: hash }));
  const weights: ExpectedWeights = { folder, files };
  return { weights, files: (needed) => new Arriving(download, options).files(needed) };
}

/** What was read of headers by themselves: one that proves wrong is read again. */
export async function forgetStarts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(startExtension))) await rm(path.join(folder, name));
}

async function keepStart(download: CheckpointDownload, file: HubFile, folder: string, signal: AbortSignal) {
  const target = path.join(folder, file.path + startExtension);
  if (await pathExists(target)) return;
  const read = (from: number, to: number) => download.read(file, { from, to }, signal);
  const start = await readSafetensorsStart(file.path, file.sizeBytes, read);
  await writeFile(target, start, { flush: true });
}

class Arriving {
  readonly #download: CheckpointDownload;
  readonly #options: ArrivingOptions;
  readonly #room: DiskRoom;
  readonly #doneBytes = new Map<string, number>();

  constructor(download: CheckpointDownload, options: ArrivingOptions) {
    this.#download = download;
    this.#options = options;
    this.#room = new DiskRoom(arrivingBytes(download));
  }

  async *files(needed: readonly string[]): AsyncGenerator<ArrivingFile> {
    const { weights } = this.#download.needed;
    // those that are not needed have come before
    for (const { path: name, sizeBytes } of weights) this.#count(name, needed.includes(name) ? 0 : sizeBytes);
    const due = weights.filter(({ path: name }) => needed.includes(name));
    const arriving = due.map((file) => ({ file, arriving: new ArrivingFile(file.path) }));
    void this.#fetchAll(arriving);
    for (const one of arriving) yield one.arriving;
  }

  /** One after the other. Never throws: the first that fails is told so, and no other comes. */
  async #fetchAll(due: readonly { readonly file: HubFile; readonly arriving: ArrivingFile }[]): Promise<void> {
    for (const [i, { file, arriving }] of due.entries()) {
      try {
        arriving.check(await this.#fetch(file, arriving));
      } catch (error) {
        for (const one of due.slice(i)) one.arriving.fail(error);
        return;
      }
    }
  }

  async #fetch(file: HubFile, arriving: ArrivingFile): Promise<CheckedFile> {
    const { path: name, sizeBytes } = file;
    const { folder, signal } = this.#options;
    if (await this.#download.has(file)) {
      this.#count(name, sizeBytes);
      return { path: await this.#download.fetch(file, { signal }), sizeBytes, release: async () => undefined };
    }
    const target = path.join(folder, name);
    // one that has its name was checked, and may have been cut since
    if (!(await pathExists(target))) await this.#fetchTo(target, file, arriving);
    this.#count(name, sizeBytes);
    const { size } = await stat(target);
    this.#room.hold(name, size);
    return {
      path: target,
      sizeBytes: size,
      onCut: (leftBytes) => this.#room.hold(name, leftBytes),
      release: async () => {
        await rm(target, { force: true });
        this.#room.hold(name, 0);
      },
    };
  }

  async #fetchTo(target: string, file: HubFile, arriving: ArrivingFile): Promise<void> {
    const { path: name } = file;
    const { signal } = this.#options;
    await this.#download.fetchTo(file, target, {
      signal,
      onProgress: (doneBytes) => this.#count(name, doneBytes),
      onArrived: (place, availableBytes) => arriving.advance(place, availableBytes),
      beforeRequest: (bytes) => this.#room.take(name, bytes, signal),
    });
  }

  #count(name: string, doneBytes: number): void {
    this.#doneBytes.set(name, doneBytes);
    this.#options.onBytes([...this.#doneBytes.values()].reduce((sum, bytes) => sum + bytes, 0));
  }
}

function isSha256(hash: string): boolean {
  return hash.length === 64;
}
