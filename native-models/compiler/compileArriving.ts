/**
 * @file Compiles weights while their files arrive, as soon as their tensors are there. What was made of a file counts only
 * once the file was checked, and is on the disk before the file is let go; tensors that weights need together with others
 * that have not arrived are kept in a file of their own meanwhile. Compiler only.
 */
import { rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import type { ArrivingCheckpoint } from '../checkpoint/arrivingCheckpoint.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { writeSafetensors } from '../checkpoint/safetensors.ts';
import { type Arrivals, ArrivalsEnded, type ArrivingFile, type CheckedFile } from './arrivals.ts';
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

async function compileFile(work: ArrivingWork, file: ArrivingFile): Promise<void> {
  const { compilation, checkpoint } = work;
  const { name } = file;
  const checked = await compileMeanwhile(work, file);
  await checkpoint.arrive(name, checked.path, checked.sizeBytes);
  const { ready = [], waiting = [] } = Object.groupBy(compilation.pending, (weights) => {
    return isReady(checkpoint, weights) ? 'ready' : 'waiting';
  });
  await assertUncut(work, name, checked.path, waiting);
  await carry(work, name, waiting);
  await compilation.confirm();
  await compilation.compile(...inCuttingOrder(checkpoint, name, checked, ready));
  await checkpoint.leave(name);
  await checked.release();
}

/**
 * Compiles what can be compiled before the file is whole, to be confirmed when it was checked.
 * @throws ArrivalsEnded when it does not arrive or proves wrong, CheckpointError only when it was right
 */
async function compileMeanwhile(work: ArrivingWork, file: ArrivingFile): Promise<CheckedFile> {
  const { compilation, checkpoint } = work;
  try {
    for (;;) {
      const { checked, path: place, availableBytes } = file;
      if (checked !== undefined) return checked;
      if (place !== undefined) await checkpoint.arrive(file.name, place, availableBytes);
      const ready = compilation.pending.find((weights) => isReady(checkpoint, weights));
      if (ready === undefined) await arrived(file.moreThan(availableBytes));
      else await compilation.compileUnchecked(ready);
    }
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    // perhaps because of bytes that are wrong: that is what has to be told then
    const checked = await arrived(file.whenChecked());
    // it was given its name while it was being opened
    if (error.code === 'CHECKPOINT_SHARD_MISSING') return checked;
    throw error;
  }
}

function isReady(checkpoint: ArrivingCheckpoint, { group }: PendingWeights): boolean {
  return group.tensors.every((tensor) => checkpoint.isHere(tensor));
}

/** The weights in the order in which the file can be cut shorter as they are made. */
function inCuttingOrder(
  checkpoint: ArrivingCheckpoint,
  name: string,
  { path: place, onCut }: CheckedFile,
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
  name: string,
  waiting: readonly PendingWeights[],
): Promise<void> {
  const carried = new Set(
    neededTensors(waiting)
      .filter((tensor) => checkpoint.placeOf(tensor).file === name && !checkpoint.isTakenOver(tensor))
      .map((tensor) => checkpoint.placeOf(tensor).name),
  );
  if (carried.size === 0) return;
  const carriedName = `carried-${name}`;
  const target = path.join(working, carriedName);
  await rm(target, { force: true });
  await journal.addCarried({
    name: carriedName,
    ...(await writeSafetensors(target, [...carried], checkpoint, signal)),
  });
  await checkpoint.takeOver(target);
}

/** One that was cut holds all that was still needed of it, unless what was made of the rest was damaged since. */
async function assertUncut(
  { checkpoint }: ArrivingWork,
  name: string,
  place: string,
  waiting: readonly PendingWeights[],
): Promise<void> {
  const isLost = (tensor: string) => checkpoint.placeOf(tensor).file === name && !checkpoint.isHere(tensor);
  if (!neededTensors(waiting).some(isLost)) return;
  await checkpoint.leave(name);
  await rm(place, { force: true });
  throw new ArrivalsEnded(incomplete(`${name} is needed once more.`));
}

function neededTensors(weights: readonly PendingWeights[]): string[] {
  return [...new Set(weights.flatMap(({ group }) => group.tensors))];
}

function incomplete(what: string): CheckpointError {
  return new CheckpointError('CHECKPOINT_SHARD_MISSING', `${what} Start again: what was compiled is kept.`);
}

async function* arriving(files: AsyncIterable<ArrivingFile>): AsyncGenerator<ArrivingFile> {
  try {
    yield* files;
  } catch (cause) {
    throw new ArrivalsEnded(cause);
  }
}

async function arrived<T>(waiting: Promise<T>): Promise<T> {
  return await waiting.catch((cause: unknown) => {
    throw new ArrivalsEnded(cause);
  });
}
