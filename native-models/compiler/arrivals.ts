/** @file Weight files that arrive while a model is compiled from them. */
import type { ExpectedWeights } from '../checkpoint/arrivingCheckpoint.ts';

/** A weight file that is whole and was checked. */
export interface ArrivedFile {
  readonly name: string;
  readonly path: string;
  /**
   * Where the file is this import's alone, which cuts off its end what it has no more need of: told how many bytes are left.
   * Without it, the file stays as it is.
   */
  readonly onCut?: ((leftBytes: number) => void) | undefined;
  /** Nothing of it is needed any more. */
  release(): Promise<void>;
}

export interface Arrivals {
  readonly weights: ExpectedWeights;
  /**
   * Given the names of the files that are needed, by an import that goes on perhaps not all of them. An import that fails
   * or is stopped asks for no more of them.
   */
  readonly files: (needed: readonly string[]) => AsyncIterable<ArrivedFile>;
}

/** The files did not arrive, for the reason that is the cause. What was compiled is kept, for an import that goes on. */
export class ArrivalsEnded extends Error {
  constructor(cause: unknown) {
    super('the files did not arrive', { cause });
  }
}
