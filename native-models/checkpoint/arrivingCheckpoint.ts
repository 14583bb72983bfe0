/**
 * @file A checkpoint whose weight files arrive one after the other and may go again: which tensors there are is known from
 * the start, by the files' headers; their bytes can be read while they are here. Compiler only.
 */
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { readForeignFile } from '../foreignFile.ts';
import { CheckpointError } from './checkpointError.ts';
import { openWeightFile } from './checkpointFiles.ts';
import { maxStartBytes, parseSafetensorsStart, readFully, readSafetensorsHeader } from './safetensors.ts';
import type { SourceTensor, TensorSource } from './storedTensors.ts';
import { refuseOtherKinds } from './tensorNames.ts';
import { type PlacedTensor, TensorTable } from './tensorTable.ts';
import { readWeightMap } from './weightLayout.ts';

/** Weight files in safetensors' format, as their publisher lists them. */
export const expectedWeightsSchema = z.object({
  /** Holds what comes before the first tensor of each file, under the name of the file and `startExtension`. */
  folder: z.string(),
  files: z.array(z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() })).readonly(),
});
export type ExpectedWeights = z.output<typeof expectedWeightsSchema>;
export type ExpectedFile = ExpectedWeights['files'][number];

/** Of files that hold the beginning of a weight file. */
export const startExtension = '.start';

interface PlaceOfTensor {
  readonly handle: FileHandle;
  readonly file: string;
  readonly offsetBytes: number;
}

export class ArrivingCheckpoint implements TensorSource, AsyncDisposable {
  readonly #table: TensorTable;
  readonly #starts: ReadonlyMap<string, Buffer>;
  /** By the name of their file, in its order. */
  readonly #tensorsOf: ReadonlyMap<string, readonly PlacedTensor[]>;
  readonly #handles = new Map<string, FileHandle>();
  /** Where the tensors are that can be read, by their stored names. */
  readonly #places = new Map<string, PlaceOfTensor>();

  private constructor(table: TensorTable, starts: ReadonlyMap<string, Buffer>) {
    this.#table = table;
    this.#starts = starts;
    const tensors = table.names().map((tensor) => table.entry(tensor));
    this.#tensorsOf = Map.groupBy(tensors, ({ file }) => path.basename(file));
  }

  /**
   * @param folder holds the index of the weights, where there is one
   * @throws CheckpointError where a header is invalid, or the files do not fit together
   */
  static async open(folder: string, { folder: startsFolder, files }: ExpectedWeights): Promise<ArrivingCheckpoint> {
    const starts = new Map<string, Buffer>();
    for (const { name } of files) {
      starts.set(name, await readForeignFile(path.join(startsFolder, name + startExtension), maxStartBytes));
    }
    const tensors = files.map(({ name, sizeBytes }) => {
      const file = path.join(folder, name);
      return { file, entries: parseSafetensorsStart(starts.get(name) as Buffer, file, sizeBytes) };
    });
    const isSharded = files.length > 1;
    const weightMap = isSharded ? await readWeightMap(folder, 'model.safetensors.index.json') : undefined;
    const table = new TensorTable(folder, tensors, weightMap);
    refuseOtherKinds(table.names());
    return new ArrivingCheckpoint(table, starts);
  }

  tensorNames(): readonly string[] {
    return this.#table.names();
  }

  has(tensor: string): boolean {
    return this.#table.has(tensor);
  }

  entry(tensor: string): SourceTensor {
    return this.#table.entry(tensor);
  }

  isHere(tensor: string): boolean {
    return this.#places.has(this.#table.entry(tensor).name);
  }

  /** Its stored name, the name of the file that holds it, and the position of its end in it. */
  placeOf(tensor: string): { readonly name: string; readonly file: string; readonly endBytes: number } {
    const { name, file, offsetBytes, sizeBytes } = this.#table.entry(tensor);
    return { name, file: path.basename(file), endBytes: offsetBytes + sizeBytes };
  }

  /** The position of the first tensor in a file. */
  startBytes(name: string): number {
    return this.#startOf(name).length;
  }

  async read(tensor: string, offsetBytes: number, target: Uint8Array): Promise<void> {
    const { name } = this.#table.entry(tensor);
    const place = this.#places.get(name);
    if (place === undefined) throw new RangeError(`tensor ${tensor} was read before it arrived`);
    await readFully(place.handle, target, place.offsetBytes + offsetBytes, place.file);
  }

  /**
   * The tensors in the first `availableBytes` of a file can be read from now on. To be called again when more of it is
   * there; the file may have another path then, but must be the same.
   * @throws CheckpointError CHECKPOINT_CHANGED when its header is not the expected one
   */
  async arrive(name: string, file: string, availableBytes: number): Promise<void> {
    if (availableBytes < this.startBytes(name)) return;
    const handle = this.#handles.get(name) ?? (await this.#open(name, file));
    for (const tensor of this.#tensorsOf.get(name) ?? []) {
      const { offsetBytes, sizeBytes } = tensor;
      const isWhole = offsetBytes + sizeBytes <= availableBytes;
      if (isWhole && !this.#places.has(tensor.name)) this.#places.set(tensor.name, { handle, file, offsetBytes });
    }
  }

  /** The file may be removed; its tensors that were not taken over cannot be read any more. */
  async leave(name: string): Promise<void> {
    const handle = this.#handles.get(name);
    for (const [tensor, place] of this.#places) if (place.handle === handle) this.#places.delete(tensor);
    this.#handles.delete(name);
    await handle?.close();
  }

  /** Whether it is read from another file than its own. */
  isTakenOver(tensor: string): boolean {
    const { name, file } = this.#table.entry(tensor);
    const place = this.#places.get(name);
    return place !== undefined && place.handle !== this.#handles.get(path.basename(file));
  }

  /** From now on, the tensors in this file are read from there. It holds them under their stored names. */
  async takeOver(file: string): Promise<void> {
    const handle = await openWeightFile(file);
    this.#handles.set(file, handle);
    for (const { name, offsetBytes } of await readSafetensorsHeader(handle, file)) {
      this.#places.set(name, { handle, file, offsetBytes });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#handles.values()].map((handle) => handle.close()));
  }

  #startOf(name: string): Buffer {
    const start = this.#starts.get(name);
    if (start === undefined) throw new RangeError(`${name} is no file of this checkpoint`);
    return start;
  }

  /** @throws CheckpointError CHECKPOINT_CHANGED */
  async #open(name: string, file: string): Promise<FileHandle> {
    const handle = await openWeightFile(file);
    this.#handles.set(name, handle);
    const start = this.#startOf(name);
    const actual = Buffer.alloc(start.length);
    await readFully(handle, actual, 0, file);
    if (actual.equals(start)) return handle;
    throw new CheckpointError('CHECKPOINT_CHANGED', `${name} changed while it was downloaded. Start again.`, { file });
  }
}
