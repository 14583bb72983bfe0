/**
 * @file Compiles weights in the order in which their files arrive. What was made of a file is on the disk before the file is
 * let go; tensors that weights need together with others that have not arrived are kept in a file of their own meanwhile.
 * Compiler only.
 */
import { rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { ArrivingCheckpoint } from '../checkpoint/arrivingCheckpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { writeSafetensors } from '../checkpoint/writeSafetensors.ts';
import { type Arrivals, ArrivalsEnded, type ArrivedFile } from './arrivals.ts';
import { commitBytes, type GraphCompilation, type PendingWeights } from './graphCompilation.ts';
import type { ImportJournal } from './importJournal.ts';

/** How often a file is cut while it is compiled. */
const cutsOfFile = 16;

export interface ArrivingWork {
  readonly compilation: GraphCompilation;
  readonly checkpoint: ArrivingCheckpoint;
  readonly arrivals: Arrivals;
  readonly working: string;
  readonly journal: ImportJournal;
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws ArrivalsEnded when files do not arrive, the reason its cause; CheckpointError; the file system's errors; the
 *   signal's reason
 */
export async function compileArriving(work: ArrivingWork): Promise<void> {
  const { compilation, checkpoint, arrivals, working, journal } = work;
  for (const { name } of journal.carried) await checkpoint.takeOver(path.join(working, name));
  const missing = neededTensors(compilation.pending).filter((tensor) => !checkpoint.isHere(tensor));
  const needed = new Set(missing.map((tensor) => checkpoint.placeOf(tensor).file));
  const names = arrivals.weights.files.map(({ name }) => name).filter((name) => needed.has(name));
  if (names.length > 0) for await (const file of arriving(arrivals.files(names))) await compileFile(work, file);
  if (compilation.pending.length > 0) throw new ArrivalsEnded(incomplete('Not all weight files have arrived.'));
  for (const { name } of journal.carried) await rm(path.join(working, name), { force: true });
}

async function compileFile(work: ArrivingWork, file: ArrivedFile): Promise<void> {
  const { compilation, checkpoint } = work;
  await checkpoint.arrive(file.name, file.path);
  const isReady = ({ group }: PendingWeights) => group.tensors.every((tensor) => checkpoint.isHere(tensor));
  const { ready = [], waiting = [] } = Object.groupBy(compilation.pending, (weights) => {
    return isReady(weights) ? 'ready' : 'waiting';
  });
  await assertUncut(work, file, waiting);
  await carry(work, file, waiting);
  await compilation.compile(...inCuttingOrder(checkpoint, file, ready));
  await checkpoint.leave(file.name);
  await file.release();
}

/** The weights in the order in which the file can be cut shorter as they are made. */
function inCuttingOrder(
  checkpoint: ArrivingCheckpoint,
  { name, path: place, onCut }: ArrivedFile,
  ready: readonly PendingWeights[],
): Parameters<GraphCompilation['compile']> {
  if (onCut === undefined) return [ready];
  const ends = new Map(ready.map((weights) => [weights, endIn(name, weights, checkpoint)]));
  const left = new Set(ready.toSorted((a, b) => (ends.get(b) as number) - (ends.get(a) as number)));
  const sizeBytes = ready.reduce((sum, { group }) => sum + group.sizeBytes, 0);
  return [
    [...left],
    {
      commitEveryBytes: Math.min(sizeBytes / cutsOfFile, commitBytes),
      async onCommitted(committed) {
        for (const weights of committed) left.delete(weights);
        const [last] = left;
        // the header tells an import that goes on which file it is
        const leftBytes = Math.max(last === undefined ? 0 : (ends.get(last) as number), checkpoint.startBytes(name));
        await truncate(place, leftBytes);
        onCut(leftBytes);
      },
    },
  ];
}

/** Where the last tensor ends that the weights need of the file. */
function endIn(name: string, { group }: PendingWeights, checkpoint: ArrivingCheckpoint): number {
  const places = group.tensors.map((tensor) => checkpoint.placeOf(tensor));
  return Math.max(0, ...places.filter(({ file }) => file === name).map(({ endBytes }) => endBytes));
}

/** Keeps the file's tensors that weights need which cannot be made yet. */
async function carry(
  { checkpoint, working, journal, signal }: ArrivingWork,
  file: ArrivedFile,
  waiting: readonly PendingWeights[],
): Promise<void> {
  const carried = new Set(
    neededTensors(waiting)
      .filter((tensor) => checkpoint.placeOf(tensor).file === file.name && !checkpoint.isTakenOver(tensor))
      .map((tensor) => checkpoint.placeOf(tensor).name),
  );
  if (carried.size === 0) return;
  const name = `carried-${file.name}`;
  const target = path.join(working, name);
  await rm(target, { force: true });
  await journal.addCarried({ name, ...(await writeSafetensors(target, [...carried], checkpoint, signal)) });
  await checkpoint.takeOver(target);
}

/** One that was cut holds all that was still needed of it, unless what was made of the rest was damaged since. */
async function assertUncut(
  { checkpoint }: ArrivingWork,
  file: ArrivedFile,
  waiting: readonly PendingWeights[],
): Promise<void> {
  const isLost = (tensor: string) => checkpoint.placeOf(tensor).file === file.name && !checkpoint.isHere(tensor);
  if (!neededTensors(waiting).some(isLost)) return;
  await checkpoint.leave(file.name);
  await rm(file.path, { force: true });
  throw new ArrivalsEnded(incomplete(`${file.name} is needed once more.`));
}

function neededTensors(weights: readonly PendingWeights[]): string[] {
  return [...new Set(weights.flatMap(({ group }) => group.tensors))];
}

function incomplete(what: string): CheckpointError {
  return new CheckpointError('CHECKPOINT_SHARD_MISSING', `${what} Start again: what was compiled is kept.`);
}

async function* arriving(files: AsyncIterable<ArrivedFile>): AsyncGenerator<ArrivedFile> {
  try {
    yield* files;
  } catch (cause) {
    throw new ArrivalsEnded(cause);
  }
}
