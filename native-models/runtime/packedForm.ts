/**
 * @file A quantized model's graphs as onnxruntime holds them in memory: optimised, their weights rearranged for this
 * processor. The result of the first loading is kept beside the model: from there a model is loaded in half the time, and
 * its weights are mapped, so that the system can take their memory back. It is a cache: it counts for this processor and
 * this onnxruntime only, is no part of what model.json lists, and is made anew when anything about it has changed.
 *
 * onnxruntime writes the weights as they were beside the rearranged ones and needs both: it rearranges them again, and
 * takes what is kept only where that comes out the same (with the former left out, it computed with zeros). So the
 * packed form takes twice the model's room. Model host.
 *
 * ```
 * <model>/packed/packed.json             what it was made of and with
 * <model>/packed/<graph>.onnx, .data
 * ```
 */
import { mkdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import * as z from 'zod';
import { readMachineRecord } from '../compiler/machineRecord.ts';
import { lastingFileIdentity } from '../fileIdentity.ts';
import { openForeignFile, readForeignFile } from '../foreignFile.ts';
import { modelFileName } from '../onnx/modelFiles.ts';

const folderName = 'packed';
const recordName = 'packed.json';
const maxRecordBytes = 1 << 20;

const recordSchema = z.object({
  machine: z.string(),
  /** The model's files that it was made of, and its own, each with its `lastingFileIdentity`. */
  sources: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.string()),
});

/** Where onnxruntime writes a graph down as it holds it. */
export interface PackingTarget {
  readonly model: string;
  /** The name of the file beside it that the weights go to. */
  readonly data: string;
}

/** Model files of graphs are far smaller: their weights lie beside them. */
const maxGraphBytes = 64 << 20;

/**
 * Those of the graphs that compute the same from their packed form. Block-wise products do not: from what it had kept of
 * them itself, onnxruntime 1.30 computed zeros or NaN (seen on a processor with AVX2 and without AVX-512).
 */
export async function packableOf(modelFolder: string, names: readonly string[]): Promise<string[]> {
  const isPackable = async (name: string) => {
    const graph = await readForeignFile(path.join(modelFolder, modelFileName(name, 'fused')), maxGraphBytes);
    return !graph.includes('MatMulNBits');
  };
  const packable = await Promise.all(names.map(isPackable));
  return names.filter((_, i) => packable[i] === true);
}

/** The folder with the packed form of the graphs `names`, where there is one that this process can use. */
export async function findPacked(modelFolder: string, names: readonly string[]): Promise<string | undefined> {
  const folder = path.join(modelFolder, folderName);
  const record = await readMachineRecord(path.join(folder, recordName), recordSchema, maxRecordBytes);
  if (record === undefined) return undefined;
  try {
    const { machine, sources, files } = record;
    const isCurrent =
      machine === thisMachine() &&
      isSame(sources, await identitiesOf(modelFolder, names.flatMap(sourceFilesOf))) &&
      isSame(files, await identitiesOf(folder, names.flatMap(filesOf)));
    return isCurrent ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the packed form: the next loading makes it anew. */
export async function removePacked(modelFolder: string): Promise<void> {
  await rm(path.join(modelFolder, folderName), { recursive: true, force: true });
}

/** So many times the model's size must be free: the packed form takes twice that, and the person needs room, too. */
const spareModels = 6;

/** The packed form while sessions that are created with its options write it down. */
export class PackingRun {
  readonly #modelFolder: string;
  readonly #folder: string;

  private constructor(modelFolder: string, folder: string) {
    this.#modelFolder = modelFolder;
    this.#folder = folder;
  }

  /** Undefined where nothing can be kept: the model's folder cannot be written, or its disk has no room to spare. */
  static async start(modelFolder: string, names: readonly string[]): Promise<PackingRun | undefined> {
    const run = new PackingRun(modelFolder, path.join(modelFolder, `.${folderName}-${process.pid}`));
    try {
      await run.abandon();
      await mkdir(run.#folder);
      const sizes = names.map(async (name) => (await stat(path.join(modelFolder, `${name}.onnx.data`))).size);
      const modelBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      const { bavail, bsize } = await statfs(modelFolder);
      if (bavail * bsize > spareModels * modelBytes) return run;
    } catch {
      // every loading packs then
    }
    await run.abandon();
    return undefined;
  }

  /** Where the session that loads the graph is to write it down. */
  targetOf(graph: string): PackingTarget {
    return { model: path.join(this.#folder, `${graph}.onnx`), data: `${graph}.data` };
  }

  /** Puts what the sessions wrote in place of what was there. */
  async finish(names: readonly string[]): Promise<void> {
    for (const name of names.flatMap(filesOf)) {
      await using file = await openForeignFile(path.join(this.#folder, name), 'r+');
      // after a power failure, weights that never reached the disk would be zeros
      await file.handle.sync();
    }
    const record = {
      machine: thisMachine(),
      sources: await identitiesOf(this.#modelFolder, names.flatMap(sourceFilesOf)),
      files: await identitiesOf(this.#folder, names.flatMap(filesOf)),
    };
    await writeFile(path.join(this.#folder, recordName), JSON.stringify(record), { flush: true });
    await removePacked(this.#modelFolder);
    await rename(this.#folder, path.join(this.#modelFolder, folderName));
  }

  async abandon(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function filesOf(graph: string): string[] {
  return [`${graph}.onnx`, `${graph}.data`];
}

function sourceFilesOf(graph: string): string[] {
  const model = modelFileName(graph, 'fused');
  return [model, `${graph}.onnx.data`];
}

/** How weights are packed depends on the processor's instructions and on onnxruntime. */
function thisMachine(): string {
  const processor = os.cpus()[0]?.model ?? '';
  return JSON.stringify([
    process.platform,
    process.arch,
    processor.trim(),
    ort.env.versions.common,
    ort.env.versions.node,
  ]);
}

async function identitiesOf(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const identities = names.map(async (name) => {
    return [name, lastingFileIdentity(name, await stat(path.join(folder, name), { bigint: true }))] as const;
  });
  return Object.fromEntries(await Promise.all(identities));
}

function isSame(known: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>): boolean {
  return Object.entries(found).every(([name, identity]) => known[name] === identity);
}
