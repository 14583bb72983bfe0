/** @file The API's procedures and its event stream, over every transport. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CaptionedLibrary } from '../../main/api/captionedLibrary.ts';
import { VignetteError } from '../../native-models/errors.ts';
import type { CaptionEvent } from '../../preload/contract.ts';
import { TestLibrary } from './testLibrary.ts';
import { type Transport, transports } from './transports.ts';

/** Reads events up to and including the first progress that fulfils the condition. */
async function readUntil(
  events: AsyncIterable<CaptionEvent>,
  isLast: (event: CaptionEvent) => boolean,
): Promise<CaptionEvent[]> {
  const seen: CaptionEvent[] = [];
  for await (const event of events) {
    seen.push(event);
    if (isLast(event)) break;
  }
  return seen;
}

describe.each(transports)('the API over $name', ({ connect }) => {
  let test: TestLibrary;
  let transport: Transport;

  beforeEach(async () => {
    test = await TestLibrary.open();
    transport = await connect(test.library);
  });

  afterEach(async () => {
    await transport[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  it('lists every photo in order, waiting for its caption, and gives no path away', async () => {
    const snapshot = await transport.client.library.captions();
    expect(snapshot.name).toBe('Test');
    expect(snapshot.photos.map((photo) => [photo.folder, photo.fileName, photo.caption, photo.problem])).toEqual([
      ['', 'broken.jpg', null, null],
      ['Coast', 'upright.jpg', null, null],
      ['Coast', 'wide.jpg', null, null],
    ]);
    expect(snapshot.progress).toEqual({ captioned: 0, failed: 0, total: 3, state: 'running', problem: null });
    expect(JSON.stringify(snapshot)).not.toContain(test.folder);
  });

  it('streams captions and failures as they come, then says that it has finished', async () => {
    const events = await transport.client.library.watchCaptions();
    test.library.start();
    test.captioner.fail('IMAGE_CORRUPT', 'This file is damaged.');
    test.captioner.caption('a boat');
    test.captioner.caption('two boats');
    const seen = await readUntil(events, (event) => event.type === 'progress' && event.progress.state === 'finished');
    expect(
      seen.map((event) => (event.type === 'progress' ? event.progress : (event.photo.caption ?? event.photo.problem))),
    ).toEqual([
      { code: 'IMAGE_CORRUPT', message: 'This file is damaged.' },
      { captioned: 0, failed: 1, total: 3, state: 'running', problem: null },
      { text: 'a boat', source: 'ai', modelId: 'demo' },
      { captioned: 1, failed: 1, total: 3, state: 'running', problem: null },
      { text: 'two boats', source: 'ai', modelId: 'demo' },
      { captioned: 2, failed: 1, total: 3, state: 'running', problem: null },
      { captioned: 2, failed: 1, total: 3, state: 'finished', problem: null },
    ]);
  });

  it('leaves no gap between the stream and a snapshot that is asked for after it', async () => {
    const events = await transport.client.library.watchCaptions();
    test.library.start();
    test.captioner.caption('before the snapshot');
    await vi.waitFor(() => expect(test.library.snapshot().progress.captioned).toBe(1));
    const snapshot = await transport.client.library.captions();
    test.captioner.caption('after the snapshot');
    const seen = await readUntil(events, (event) => event.type === 'progress' && event.progress.captioned === 2);
    expect(snapshot.photos[0]?.caption?.text).toBe('before the snapshot');
    expect(seen.flatMap((event) => (event.type === 'captioned' ? [event.photo.caption?.text] : []))).toEqual([
      'before the snapshot',
      'after the snapshot',
    ]);
  });

  it('says why a run stopped when the model can caption nothing more', async () => {
    const events = await transport.client.library.watchCaptions();
    test.library.start();
    test.captioner.end(new VignetteError('MODEL_NOT_LOADED', 'The model is damaged.'));
    const [event] = await readUntil(events, () => true);
    expect(event).toEqual({
      type: 'progress',
      progress: {
        captioned: 0,
        failed: 0,
        total: 3,
        state: 'stopped',
        problem: { code: 'MODEL_NOT_LOADED', message: 'The model is damaged.' },
      },
    });
  });

  it('ends the subscription in the library when the client cancels the stream', async () => {
    const subscriptions: (AbortSignal | undefined)[] = [];
    const watched: CaptionedLibrary = {
      snapshot: () => test.library.snapshot(),
      photoFile: (id) => test.library.photoFile(id),
      watch: (signal) => {
        subscriptions.push(signal);
        return test.library.watch(signal);
      },
    };
    await using other = await connect(watched);
    const stop = new AbortController();
    const events = await other.client.library.watchCaptions(undefined, { signal: stop.signal });
    const reading = readUntil(events, () => false);
    stop.abort();
    await expect(reading).rejects.toThrow();
    await vi.waitFor(() => expect(subscriptions[0]?.aborted).toBe(true));
  });

  it('passes on the code and the sentence of an expected error, and hides an unexpected one', async () => {
    const failing = (error: Error): CaptionedLibrary => ({
      snapshot: () => {
        throw error;
      },
      photoFile: () => undefined,
      watch: (signal) => test.library.watch(signal),
    });
    await using expected = await connect(
      failing(new VignetteError('LIBRARY_LOCKED', 'Another program holds the library.')),
    );
    await expect(expected.client.library.captions()).rejects.toMatchObject({
      code: 'LIBRARY_LOCKED',
      message: 'Another program holds the library.',
    });
    await using unexpected = await connect(failing(new Error('secret: /home/someone/private')));
    await expect(unexpected.client.library.captions()).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      message: expect.not.stringContaining('secret'),
    });
  });
});
