/** @file Writes the weights of a model's graphs in whatever order they are asked for, and goes on where an import stopped. Compiler only. */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ForeignFileError } from '../foreignFile.ts';
import { ModelWriter, type WeightGroup, type WrittenFile } from '../onnx/modelWriter.ts';
import { type ModelGraph, weightBytes } from './compileGraphs.ts';
import type { ImportJournal } from './importJournal.ts';
import type { ImportOptions } from './importOptions.ts';
import { compilerVersion } from './manifest.ts';

/** How much is written before it is written down that it was: what an import that is killed has to do again. */
export const commitBytes = 256 << 20;

/** Weights that are still to be written. */
export interface PendingWeights {
  readonly graph: OpenGraph;
  readonly group: WeightGroup;
}

/** A graph that is not finished. */
interface OpenGraph {
  readonly model: ModelGraph;
  readonly writer: ModelWriter;
  /** Groups that are still to be written. */
  left: number;
}

interface WrittenWeights {
  readonly weights: PendingWeights;
  readonly checksum: number;
}

export interface CompileOptions {
  /** Told of weights that are on the disk and in the journal: whatever they were made of is needed for them no more. */
  readonly onCommitted?: (weights: readonly PendingWeights[]) => Promise<void>;
  /** How much is written in between; less where something waits for it. */
  readonly commitEveryBytes?: number;
}

/** Writes those graphs that are not finished, whose tensors can all be read. @returns the files of all */
export async function writeGraphs(...options: Parameters<typeof GraphCompilation.open>): Promise<WrittenFile[]> {
  await using compilation = await GraphCompilation.open(...options);
  await compilation.compile(compilation.pending);
  return compilation.files;
}

export class GraphCompilation implements AsyncDisposable {
  readonly #working: string;
  readonly #journal: ImportJournal;
  readonly #options: Pick<ImportOptions, 'signal' | 'onProgress'>;
  readonly #graphs: readonly ModelGraph[];
  readonly #open: OpenGraph[] = [];
  readonly #pending = new Set<PendingWeights>();
  /** Written of files that were not checked yet. */
  #unchecked: WrittenWeights[] = [];
  /** How much of them was not flushed to the disk yet. */
  #unsyncedBytes = 0;
  readonly #totalBytes: number;
  #doneBytes = 0;
  /** Goes on while the next weights are made. */
  #commit: Promise<void> = Promise.resolve();

  private constructor(
    graphs: readonly ModelGraph[],
    working: string,
    journal: ImportJournal,
    options: Pick<ImportOptions, 'signal' | 'onProgress'>,
  ) {
    this.#graphs = graphs;
    this.#working = working;
    this.#journal = journal;
    this.#options = options;
    this.#totalBytes = graphs.reduce((sum, { graph }) => sum + weightBytes(graph), 0);
  }

  /** Takes over what the journal says was written in the working folder, as far as it is still right. */
  static async open(
    graphs: readonly ModelGraph[],
    working: string,
    journal: ImportJournal,
    options: Pick<ImportOptions, 'signal' | 'onProgress'>,
  ): Promise<GraphCompilation> {
    const compilation = new GraphCompilation(graphs, working, journal, options);
    try {
      for (const model of graphs) await compilation.#openGraph(model);
      return compilation;
    } catch (error) {
      await compilation[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** In the order of the graphs, and of the weights in them. */
  get pending(): readonly PendingWeights[] {
    return [...this.#pending];
  }

  get pendingBytes(): number {
    return this.#totalBytes - this.#doneBytes;
  }

  /** Writes these, in their order, and finishes graphs that are complete then. */
  async compile(
    weights: readonly PendingWeights[],
    { onCommitted, commitEveryBytes = commitBytes }: CompileOptions = {},
  ): Promise<void> {
    let uncommitted: WrittenWeights[] = [];
    let uncommittedBytes = 0;
    const commit = async () => {
      await this.#commit;
      const batch = uncommitted;
      this.#commit = this.#writeDown(batch).then(() => onCommitted?.(batch.map((written) => written.weights)));
      this.#commit.catch(() => undefined); // told when it is waited for
      uncommitted = [];
      uncommittedBytes = 0;
    };
    for (const pending of weights) {
      const { graph, group } = pending;
      uncommitted.push(await this.#write(pending));
      uncommittedBytes += group.sizeBytes;
      graph.left -= 1;
      if (uncommittedBytes >= commitEveryBytes || graph.left === 0) await commit();
      if (graph.left === 0) await this.#finish(graph);
    }
    await commit();
    await this.#commit;
  }

  /**
   * Writes weights that are made of bytes which may prove wrong. They count after `confirm` only: an import that ends before
   * has nothing of them.
   */
  async compileUnchecked(weights: PendingWeights): Promise<void> {
    this.#unchecked.push(await this.#write(weights));
    this.#unsyncedBytes += weights.group.sizeBytes;
    if (this.#unsyncedBytes < commitBytes) return;
    this.#unsyncedBytes = 0;
    // so that little is left to be flushed when they are confirmed
    await this.#commit;
    const writers = new Set(this.#unchecked.map((written) => written.weights.graph.writer));
    this.#commit = Promise.all([...writers].map((writer) => writer.sync())).then(() => undefined);
    this.#commit.catch(() => undefined); // told when it is waited for
  }

  /** The bytes were right: what was written unchecked counts from now on. Finishes graphs that are complete then. */
  async confirm(): Promise<void> {
    await this.#commit;
    const confirmed = this.#unchecked;
    this.#unchecked = [];
    this.#unsyncedBytes = 0;
    await this.#writeDown(confirmed);
    for (const { weights } of confirmed) weights.graph.left -= 1;
    const graphs = new Set(confirmed.map(({ weights: { graph } }) => graph));
    for (const graph of graphs) if (graph.left === 0) await this.#finish(graph);
  }

  /** @throws RangeError when weights are missing */
  get files(): WrittenFile[] {
    return this.#graphs.flatMap(({ graph, wideLayers }) => {
      const files = this.#journal.filesOf(graph.name, wideLayers);
      if (files === undefined) throw new RangeError(`${graph.name} is not finished`);
      return files;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#commit.catch(() => undefined);
    await Promise.all(this.#open.splice(0).map(({ writer }) => writer[Symbol.asyncDispose]()));
  }

  async #openGraph(model: ModelGraph): Promise<void> {
    const { graph, wideLayers } = model;
    if (this.#journal.filesOf(graph.name, wideLayers) !== undefined) {
      this.#doneBytes += weightBytes(graph);
      return;
    }
    const written = this.#journal.writtenIn(graph.name, wideLayers);
    const writer = (await this.#reopen(model, written)) ?? (await this.#begin(model));
    const open: OpenGraph = { model, writer, left: 0 };
    this.#open.push(open);
    for (const group of writer.groups) {
      const checksum = written.get(group.first);
      if (checksum !== undefined && (await writer.checksumOf(group, this.#options.signal)) === checksum) {
        this.#doneBytes += group.sizeBytes;
        continue;
      }
      this.#pending.add({ graph: open, group });
      open.left += 1;
    }
    if (open.left === 0) await this.#finish(open);
  }

  async #write(weights: PendingWeights): Promise<WrittenWeights> {
    const { signal, onProgress } = this.#options;
    signal?.throwIfAborted();
    const checksum = await weights.graph.writer.write(weights.group, {
      signal,
      onWritten: (bytes) => {
        this.#doneBytes += bytes;
        onProgress?.({ stage: 'compile', doneBytes: this.#doneBytes, totalBytes: this.#totalBytes });
      },
    });
    this.#pending.delete(weights);
    return { weights, checksum };
  }

  async #reopen({ graph, otherForms }: ModelGraph, written: ReadonlyMap<number, number>) {
    if (written.size === 0) return undefined;
    try {
      return await ModelWriter.open(graph, this.#working, { otherForms, isBegun: true });
    } catch (error) {
      const isUnusable = error instanceof ForeignFileError || (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isUnusable) return undefined;
      throw error;
    }
  }

  async #begin({ graph, otherForms }: ModelGraph): Promise<ModelWriter> {
    this.#journal.forget(graph.name);
    for (const name of await readdir(this.#working)) {
      if (name.startsWith(`${graph.name}.`)) await rm(path.join(this.#working, name));
    }
    return await ModelWriter.open(graph, this.#working, { otherForms });
  }

  async #writeDown(weights: readonly WrittenWeights[]): Promise<void> {
    for (const [{ model, writer }, ofGraph] of Map.groupBy(weights, ({ weights: { graph } }) => graph)) {
      await writer.sync();
      const written = ofGraph.map(({ weights: { group }, checksum }): [number, number] => [group.first, checksum]);
      await this.#journal.addWritten({ graph: model.graph.name, wideLayers: [...model.wideLayers], written });
    }
  }

  async #finish(open: OpenGraph): Promise<void> {
    await this.#commit;
    const { graph, wideLayers } = open.model;
    const files = await open.writer.finish(compilerVersion, this.#options.signal);
    await open.writer[Symbol.asyncDispose]();
    this.#open.splice(this.#open.indexOf(open), 1);
    await this.#journal.add({ graph: graph.name, wideLayers: [...wideLayers], files });
  }
}
