/** @file The stream of a procedure that works for a while: how far it is, and at last what came of it. Main process and server. */
import { AsyncSignal } from '../library/queue/clock.ts';

/** Reading the stream to its end, or leaving it, ends the work. A slow reader gets the latest of the progress. */
export async function* workStream<Progress, Result>(
  work: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Progress | Result, void, void> {
  const left = new AbortController();
  const ends = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const news = new AsyncSignal();
  const untold: Progress[] = [];
  let isOver = false;
  const result = work((progress) => {
    untold.splice(0, untold.length, progress);
    news.notify();
  }, ends).finally(() => {
    isOver = true;
    news.notify();
  });
  result.catch(() => undefined);
  try {
    while (!isOver || untold.length > 0) {
      const [progress] = untold.splice(0);
      if (progress !== undefined) yield progress;
      else await news.wait(ends);
    }
    yield await result;
  } finally {
    left.abort();
  }
}
