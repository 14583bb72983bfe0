/**
 * @file A quantized model's graphs as onnxruntime holds them in memory: optimised, their weights rearranged for this
 * processor. Rearranging takes longer than reading, so the result of the first loading is kept beside the model and mapped
 * from there ever after. It is a cache: it counts for this processor and this onnxruntime only, is no part of what
 * model.json lists, and is made anew when anything about it has changed. Model host.
 *
 * ```
 * <model>/packed/packed.json             what it was made of and with
 * <model>/packed/<graph>.onnx, .data
 * ```
 */
import { copyFile, mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import * as z from 'zod';
import { lastingFileIdentity } from '../fileIdentity.ts';
import { readForeignFile } from '../foreignFile.ts';
import { modelFileName } from '../onnx/modelFiles.ts';
import { ModelProtoSchema } from '../onnx/onnx_pb.js';

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

/** The folder with the packed form of the graphs `names`, where there is one that this process can use. */
export async function findPacked(modelFolder: string, names: readonly string[]): Promise<string | undefined> {
  const folder = path.join(modelFolder, folderName);
  try {
    const text = (await readForeignFile(path.join(folder, recordName), maxRecordBytes)).toString('utf8');
    const { machine, sources, files } = recordSchema.parse(JSON.parse(text));
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

/** The packed form while sessions that are created with its options write it down. */
export class PackingRun {
  readonly #modelFolder: string;
  readonly #folder: string;

  private constructor(modelFolder: string, folder: string) {
    this.#modelFolder = modelFolder;
    this.#folder = folder;
  }

  /** Undefined where nothing can be kept: the model's folder cannot be written, or its disk has no room. */
  static async start(modelFolder: string, names: readonly string[]): Promise<PackingRun | undefined> {
    const folder = path.join(modelFolder, `.${folderName}-${process.pid}`);
    const run = new PackingRun(modelFolder, folder);
    try {
      await run.abandon();
      await mkdir(path.join(folder, wholeName), { recursive: true });
      const sizes = names.map(async (name) => (await stat(path.join(modelFolder, `${name}.onnx.data`))).size);
      const modelBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      const { bavail, bsize } = await statfs(folder);
      // what is kept, and onnxruntime's file of one graph, with the plain weights, beside it
      if (bavail * bsize > 3 * modelBytes) return run;
    } catch {
      // the next loading packs as this one does
    }
    await run.abandon();
    return undefined;
  }

  /** Where the session that loads the graph is to write it down. */
  targetOf(graph: string): PackingTarget {
    return { model: path.join(this.#folder, wholeName, `${graph}.onnx`), data: `${graph}.data` };
  }

  /** Keeps what the session of one graph wrote. */
  async keep(graph: string): Promise<void> {
    await dropPlainWeights(path.join(this.#folder, wholeName), this.#folder, graph);
  }

  /** Puts all that was kept in place of what was there. */
  async finish(names: readonly string[]): Promise<void> {
    await rm(path.join(this.#folder, wholeName), { recursive: true });
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

/** What onnxruntime writes: the packed weights and the plain ones. */
const wholeName = 'whole';

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

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a weight was packed, onnxruntime never reads the plain one that lies before it in the file. It is left out: offsets
 * stay as they are, and the hole takes no room on file systems that know holes.
 */
async function dropPlainWeights(whole: string, target: string, graph: string): Promise<void> {
  const model = `${graph}.onnx`;
  const ranges = neededRanges(await readFile(path.join(whole, model)));
  await copyFile(path.join(whole, model), path.join(target, model));
  await using from = await open(path.join(whole, `${graph}.data`), 'r');
  await using to = await open(path.join(target, `${graph}.data`), 'wx');
  const buffer = new Uint8Array(8 << 20);
  for (const { start, end } of ranges) {
    for (let at = start; at < end; ) {
      const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw new RangeError(`${graph}.data ends before its weights do`);
      await to.write(buffer, 0, bytesRead, at);
      at += bytesRead;
    }
  }
  await to.truncate((await from.stat()).size);
  await to.sync();
  await rm(path.join(whole, `${graph}.data`));
}

/**
 * The parts of the data file that are read. An external weight has `offset` and `length`; one that was packed has besides,
 * for each form, `prepacked_0` = `operator+hash|offset;length;checksum|…`
 */
function neededRanges(model: Uint8Array): ByteRange[] {
  const weights = fromBinary(ModelProtoSchema, model).graph?.initializer ?? [];
  return weights.flatMap(({ externalData }) => {
    if (externalData.length === 0) return [];
    const fieldOf = (wanted: string) => externalData.find(({ key }) => key === wanted)?.value;
    const packed = externalData.filter(({ key }) => key.startsWith('prepacked'));
    if (packed.length === 0) return [rangeOf(fieldOf('offset') ?? '0', fieldOf('length'))];
    return packed.flatMap(({ value }) =>
      value
        .split('|')
        .slice(1)
        .map((blob) => {
          const [offset, length] = blob.split(';');
          return rangeOf(offset, length);
        }),
    );
  });
}

function rangeOf(offset: string | undefined, length: string | undefined): ByteRange {
  const [start, size] = [Number(offset), Number(length)];
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(size)) throw new RangeError('a weight lies nowhere');
  return { start, end: start + size };
}
