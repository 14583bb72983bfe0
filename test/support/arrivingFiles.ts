/** @file A checkpoint in shards of any order, whose files arrive as a download would bring them. */
import { cp, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type ExpectedFile, startExtension } from '../../native-models/checkpoint/arrivingCheckpoint.ts';
import { readFully, readSafetensorsStart } from '../../native-models/checkpoint/safetensors.ts';
import { type Arrivals, ArrivingFile } from '../../native-models/compiler/arrivals.ts';
import { sha256OfFile } from '../../native-models/compiler/fileHash.ts';
import { type Tensors, writeEditedCheckpoint } from './editedCheckpoint.ts';

export interface ShardedCheckpoint {
  /** All files, weights too. */
  readonly whole: string;
  /** All but the weights. */
  readonly companions: string;
  readonly files: readonly ExpectedFile[];
  /** Of the beginnings of the weight files. */
  readonly starts: string;
}

/** In which order a checkpoint's tensors lie in its files. */
export type TensorOrder = (names: readonly string[]) => readonly string[];

/** Writes fixture `name` into `folder`, in so many shards. */
export async function shardCheckpoint(
  name: string,
  folder: string,
  { order, shards }: { readonly order: TensorOrder; readonly shards: (tensors: number) => number },
): Promise<ShardedCheckpoint> {
  const [whole, companions, starts] = ['whole', 'companions', 'starts'].map((part) => path.join(folder, part));
  if (whole === undefined || companions === undefined || starts === undefined) throw new Error('no folders');
  let count = 0;
  const edit = (tensors: Tensors) => {
    const sorted = order([...tensors.keys()]).map((tensor) => [tensor, tensors.get(tensor)] as const);
    tensors.clear();
    for (const [tensor, stored] of sorted) if (stored !== undefined) tensors.set(tensor, stored);
    count = sorted.length;
  };
  // once to know how many tensors there are
  await writeEditedCheckpoint(name, whole, { edit });
  await rm(whole, { recursive: true });
  await writeEditedCheckpoint(name, whole, { edit, shards: shards(count) });
  await cp(whole, companions, { recursive: true, filter: (file) => !file.endsWith('.safetensors') });
  await mkdir(starts);
  const files: ExpectedFile[] = [];
  for (const shard of (await readdir(whole)).filter((file) => file.endsWith('.safetensors')).sort()) {
    const file = path.join(whole, shard);
    files.push({ name: shard, ...(await sha256OfFile(file)) });
    await using handle = await open(file, 'r');
    const start = await readSafetensorsStart(file, (await stat(file)).size, async (from, to) => {
      const bytes = Buffer.alloc(to - from);
      await readFully(handle, bytes, from, file);
      return bytes;
    });
    await writeFile(path.join(starts, shard + startExtension), start);
  }
  return { whole, companions, files, starts };
}

/** What has happened to files that arrived. */
export interface ArrivalLog {
  readonly arrived: string[];
  readonly released: string[];
  /** How large they were by then. */
  readonly releasedBytes: number[];
  readonly cutTo: number[];
}

export interface ArrivingOptions {
  /** Where they arrive, and stay until they are released. */
  readonly incoming: string;
  /** Whether they may be cut. */
  readonly cuts?: boolean;
  /** In which order; by default that of their names. */
  readonly order?: (names: readonly string[]) => readonly string[];
  /** Called before a file arrives. */
  readonly onNext?: (name: string) => Promise<void> | void;
  /** Called when it is whole, and before it counts as checked. */
  readonly onWhole?: (name: string) => Promise<void> | void;
}

const piecesOfFile = 9;

async function writeInPieces(source: string, partial: string, arriving: ArrivingFile): Promise<void> {
  const bytes = await readFile(source);
  await using handle = await open(partial, 'w');
  await handle.truncate(bytes.byteLength);
  const pieceBytes = Math.ceil(bytes.byteLength / piecesOfFile);
  for (let done = 0; done < bytes.byteLength; done += pieceBytes) {
    const piece = bytes.subarray(done, done + pieceBytes);
    await handle.write(piece, 0, piece.byteLength, done);
    arriving.advance(partial, done + piece.byteLength);
    await setImmediate();
  }
}

export function arrivalsOf(
  { whole, starts, files }: ShardedCheckpoint,
  { incoming, cuts = true, order = (names) => names, onNext, onWhole }: ArrivingOptions,
): { readonly arrivals: Arrivals; readonly log: ArrivalLog } {
  const log: ArrivalLog = { arrived: [], released: [], releasedBytes: [], cutTo: [] };
  const bring = async (arriving: ArrivingFile) => {
    const { name } = arriving;
    const file = path.join(incoming, name);
    // one that an import has left behind is gone on with
    if (!(await readdir(incoming)).includes(name)) {
      // As a download does: under another name until all of it is there and was checked.
      const partial = `${file}.part`;
      await writeInPieces(path.join(whole, name), partial, arriving);
      await onWhole?.(name);
      await rename(partial, file);
    }
    arriving.check({
      path: file,
      sizeBytes: (await stat(file)).size,
      onCut: cuts ? (leftBytes) => void log.cutTo.push(leftBytes) : undefined,
      async release() {
        log.released.push(name);
        log.releasedBytes.push((await stat(file)).size);
        await rm(file);
      },
    });
  };
  async function* arrive(needed: readonly string[]): AsyncGenerator<ArrivingFile> {
    await mkdir(incoming, { recursive: true });
    for (const name of order(needed)) {
      await onNext?.(name);
      const arriving = new ArrivingFile(name);
      log.arrived.push(name);
      bring(arriving).catch((error: unknown) => arriving.fail(error));
      yield arriving;
    }
  }
  return { arrivals: { weights: { folder: starts, files }, files: arrive }, log };
}
