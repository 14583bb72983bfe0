/** @file The sides of a comparison, and how they take turns: the machine is never equally busy twice. */
import { type Figures, figuresOf, type Round } from './figures.ts';

/** What all sides are asked, of every photo. */
export interface Question {
  readonly prompt: string;
  readonly batch: number;
  readonly beams: number;
  readonly tokens: number;
}

/** A way of answering. */
export interface Side {
  readonly name: string;
  /** About what it occupies in memory. */
  readonly sizeBytes: number;
  open(question: Question): Promise<OpenSide>;
}

export interface OpenSide extends AsyncDisposable {
  readonly about: SideFacts;
  /** The most so far. */
  residentBytes(): number;
  /** Some of the photos, or all. */
  answer(photos: readonly string[]): Promise<Round>;
}

interface SideFacts {
  readonly loadMs: number;
  readonly precision: string;
  readonly device: string;
  readonly versions?: string;
}

export interface Measured extends Figures {
  readonly about: SideFacts;
}

export interface Turns {
  /** How often each side has its turn. */
  readonly rounds: number;
  /** All sides are held at once where they fit into so much; otherwise each is opened for its turn. */
  readonly memoryBytes: number;
}

/**
 * Lets the sides answer in turn, each round about other photos.
 * @returns what each measured, in their order
 */
export async function takeTurns(
  sides: readonly Side[],
  question: Question,
  photos: readonly string[],
  { rounds, memoryBytes }: Turns,
): Promise<Measured[]> {
  const holdsAll = sides.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) <= memoryBytes;
  await using held = new AsyncDisposableStack();
  const opened = new Map<Side, OpenSide>();
  const open = async (side: Side) => {
    const session = await side.open(question);
    await session.answer(photos.slice(0, 1)); // pages the weights in and sizes the buffers
    return session;
  };
  const turns = sides.map((side) => ({
    side,
    rounds: [] as Round[],
    residentBytes: 0,
    about: undefined as SideFacts | undefined,
  }));
  const perRound = Math.ceil(photos.length / rounds);
  for (let start = 0; start < photos.length; start += perRound) {
    for (const turn of turns) {
      const session = opened.get(turn.side) ?? (await open(turn.side));
      turn.rounds.push(await session.answer(photos.slice(start, start + perRound)));
      turn.residentBytes = Math.max(turn.residentBytes, session.residentBytes());
      turn.about ??= session.about;
      if (!holdsAll) await session[Symbol.asyncDispose]();
      else if (!opened.has(turn.side)) opened.set(turn.side, held.use(session));
    }
  }
  return turns.map(({ rounds: done, residentBytes, about }) => {
    if (about === undefined) throw new RangeError('there are no photos to ask about');
    return { ...figuresOf(done, about.loadMs, residentBytes), about };
  });
}
