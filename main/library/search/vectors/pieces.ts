/** @file Work in pieces, some of them at a time. Main process, CLI. */

/** Waits for all even where one fails: nobody is left behind with an error that nobody sees. */
export async function allDone(pieces: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(pieces)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Does all pieces, so many at a time, in the order in which they are given. The first failure ends it. */
export async function inTurn<Piece>(
  pieces: Generator<Piece>,
  atATime: number,
  work: (piece: Piece) => Promise<void>,
): Promise<void> {
  const takePieces = async () => {
    // all take from one generator, and whoever fails closes it for the others
    for (const piece of pieces) await work(piece);
  };
  await allDone(Array.from({ length: atATime }, takePieces));
}
