/** @file Writes a finished graph to disk: its weights into a data file, in any order, then the model files. Compiler only. */

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { alignmentBytes, DataFile } from './dataFile.ts';
import { type ExternalInitializer, type ExternalLocation, type Graph, modelFileName } from './graph.ts';

/** A file of a compiled model as it was written. */
export interface WrittenFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Initializers that are made together: a weight and those that follow it, such as codes and their scales. */
export interface WeightGroup {
  /** The first one's place among the graph's initializers. */
  readonly first: number;
  readonly initializers: readonly ExternalInitializer[];
  /** Those of the checkpoint that are read for them. */
  readonly tensors: readonly string[];
  readonly sizeBytes: number;
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes each write added. */
  readonly onWritten?: ((bytes: number) => void) | undefined;
}

/**
 * Writes `<graph name>.onnx.data`, then `<graph name>.onnx`, into a folder. Of `otherForms` (the same graph, attention
 * built differently) only the model files are written: they take the same weights from the same data.
 */
export class ModelWriter implements AsyncDisposable {
  readonly groups: readonly WeightGroup[];
  readonly #graph: Graph;
  readonly #otherForms: readonly Graph[];
  readonly #folder: string;
  readonly #layout: DataLayout;
  readonly #data: DataFile;

  private constructor(graph: Graph, folder: string, otherForms: readonly Graph[], layout: DataLayout, data: DataFile) {
    this.groups = weightGroups(graph);
    this.#graph = graph;
    this.#otherForms = otherForms;
    this.#folder = folder;
    this.#layout = layout;
    this.#data = data;
  }

  /** @param isBegun whether the data file is one that another writer has left unfinished; otherwise there must be none */
  static async open(
    graph: Graph,
    folder: string,
    { otherForms = [], isBegun = false }: { otherForms?: readonly Graph[] | undefined; isBegun?: boolean } = {},
  ): Promise<ModelWriter> {
    for (const form of otherForms) assertSameWeights(graph, form);
    const layout = dataLayout(graph);
    const file = path.join(folder, layout.file);
    const { sizeBytes } = layout;
    const data = isBegun ? await DataFile.reopen(file, sizeBytes) : await DataFile.create(file, sizeBytes);
    return new ModelWriter(graph, folder, otherForms, layout, data);
  }

  /** @returns the CRC-32 of what was written */
  async write({ first, initializers }: WeightGroup, { signal, onWritten }: WriteOptions = {}): Promise<number> {
    let checksum = 0;
    for (const [i, { weight }] of initializers.entries()) {
      const start = this.#offsetOf(first + i);
      let position = start;
      await weight.stream(async (piece) => {
        await this.#data.write(piece, position);
        position += piece.byteLength;
        checksum = crc32(piece, checksum);
        onWritten?.(piece.byteLength);
      }, signal);
      if (position - start !== weight.sizeBytes) {
        throw new RangeError(`a weight of ${this.#graph.name} came out at another size than announced`);
      }
    }
    return checksum;
  }

  /** The CRC-32 of what lies in the place of a group. */
  async checksumOf({ first, initializers }: WeightGroup, signal?: AbortSignal): Promise<number> {
    let checksum = 0;
    for (const [i, { weight }] of initializers.entries()) {
      const add = (piece: Uint8Array) => {
        checksum = crc32(piece, checksum);
      };
      await this.#data.read(this.#offsetOf(first + i), weight.sizeBytes, add, signal);
    }
    return checksum;
  }

  /** What was written is on the disk then. */
  sync(): Promise<void> {
    return this.#data.sync();
  }

  /** Once, when all groups are written. */
  async finish(producerVersion: string, signal?: AbortSignal): Promise<WrittenFile[]> {
    await this.#data.sync();
    const { file, sizeBytes, offsets } = this.#layout;
    const written: WrittenFile[] = [{ name: file, sizeBytes, sha256: await this.#data.checksum(signal) }];
    const locations = offsets.map((offsetBytes): ExternalLocation => ({ file, offsetBytes }));
    for (const form of [this.#graph, ...this.#otherForms]) {
      const name = modelFileName(form.name, form.attention);
      const content = form.serialize(producerVersion, locations);
      await writeFile(path.join(this.#folder, name), content, { flush: true });
      const sha256 = createHash('sha256').update(content).digest('hex');
      written.push({ name, sizeBytes: content.byteLength, sha256 });
    }
    return written;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#data[Symbol.asyncDispose]();
  }

  #offsetOf(initializer: number): number {
    return this.#layout.offsets[initializer] as number;
  }
}

/** Writes the whole graph. @returns its files, the data file first */
export async function writeModel(
  graph: Graph,
  folder: string,
  producerVersion: string,
  options: WriteOptions = {},
): Promise<WrittenFile[]> {
  await using writer = await ModelWriter.open(graph, folder);
  for (const group of writer.groups) await writer.write(group, options);
  return await writer.finish(producerVersion, options.signal);
}

/** Where each initializer lies in the data file. */
interface DataLayout {
  readonly file: string;
  readonly offsets: readonly number[];
  readonly sizeBytes: number;
}

function dataLayout(graph: Graph): DataLayout {
  let sizeBytes = 0;
  const offsets = graph.externalInitializers.map(({ weight }) => {
    const offset = Math.ceil(sizeBytes / alignmentBytes) * alignmentBytes;
    sizeBytes = offset + weight.sizeBytes;
    return offset;
  });
  return { file: `${graph.name}.onnx.data`, offsets, sizeBytes };
}

function weightGroups(graph: Graph): WeightGroup[] {
  const all = graph.externalInitializers;
  const starts = all.flatMap(({ weight }, i) => {
    if (weight.follows === undefined) return [i];
    if (weight.follows !== all[i - 1]?.weight) throw new RangeError('a weight does not come after the one it follows');
    return [];
  });
  return starts.map((first, i): WeightGroup => {
    const initializers = all.slice(first, starts[i + 1]);
    const tensors = [...new Set(initializers.flatMap(({ weight }) => weight.tensors))];
    const sizeBytes = initializers.reduce((sum, { weight }) => sum + weight.sizeBytes, 0);
    return { first, initializers, tensors, sizeBytes };
  });
}

function assertSameWeights(graph: Graph, form: Graph): void {
  const names = (of: Graph) => of.externalInitializers.map(({ value }) => value.name);
  if (names(graph).join() !== names(form).join()) {
    throw new RangeError(`the forms of ${graph.name} take their weights in different orders`);
  }
}
