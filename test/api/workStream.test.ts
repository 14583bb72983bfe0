/** @file The stream of work that takes a while: what it tells, and that leaving it ends the work. */
import { describe, expect, it } from 'vitest';
import { workStream } from '../../main/api/workStream.ts';

describe('a stream of work', () => {
  it('gives a slow reader the latest of the progress, and the result at last', async () => {
    const told = Promise.withResolvers<void>();
    const stream = workStream<number, string>(async (onProgress) => {
      for (const done of [1, 2, 3]) onProgress(done);
      await told.promise;
      return 'done';
    }, undefined);
    expect((await stream.next()).value).toBe(3);
    told.resolve();
    expect((await stream.next()).value).toBe('done');
    expect((await stream.next()).done).toBe(true);
  });

  it('ends the work when it is left', async () => {
    let ends: AbortSignal | undefined;
    const stream = workStream<number, string>((onProgress, signal) => {
      ends = signal;
      onProgress(1);
      return new Promise(() => undefined);
    }, undefined);
    for await (const _progress of stream) break;
    expect(ends?.aborted).toBe(true);
  });

  it('throws what the work throws, and the reason for which it was ended', async () => {
    const failing = workStream(() => Promise.reject(new RangeError('no')), undefined);
    await expect(failing.next()).rejects.toThrow(RangeError);
    const stop = new AbortController();
    const stopped = workStream(() => new Promise(() => undefined), stop.signal).next();
    stop.abort(new TypeError('stop'));
    await expect(stopped).rejects.toThrow(TypeError);
  });
});
