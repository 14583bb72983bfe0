/** @file What is told about the queue's progress, and how often. */

import { describe, expect, it } from 'vitest';
import { type QueueEvent, QueueEvents, RateWindow } from '../../../main/library/queue/progress.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { eventually } from '../../support/eventually.ts';
import { DoubleModels, HandClock } from './queueDoubles.ts';
import { captioning, queueLibrary } from './queueLibrary.ts';

describe('the rate', () => {
  it('is that of the last minutes', () => {
    const rate = new RateWindow();
    for (let second = 0; second < 100; second += 1) rate.mark(second * 1000);
    expect(rate.perSecond(100_000)).toBeCloseTo(1);
    for (let index = 0; index < 200; index += 1) rate.mark(100_000 + index * 100);
    expect(rate.perSecond(120_000)).toBeCloseTo(10);
  });

  it('is not known before two jobs are done, after a rest, or long after the last one', () => {
    const rate = new RateWindow();
    rate.mark(0);
    expect(rate.perSecond(1_000)).toBeUndefined();
    rate.mark(1_000);
    expect(rate.perSecond(1_000)).toBe(1);
    expect(rate.perSecond(60 * 60 * 1000)).toBeUndefined();
    rate.forget();
    expect(rate.perSecond(1_000)).toBeUndefined();
  });
});

describe('events', () => {
  const eventOf = (clock: HandClock) => (): QueueEvent => ({
    type: 'queue',
    status: { activity: 'idle', reason: { code: 'NOW', message: String(clock.nowMs()) } },
  });

  it('are told at most ten times a second, the latest last', async () => {
    const clock = new HandClock(0);
    const events = new QueueEvents(clock, eventOf(clock));
    const told: QueueEvent[] = [];
    events.subscribe((event) => told.push(event));
    for (let step = 0; step < 40; step += 1) {
      events.changed('queue');
      await clock.pass(25);
    }
    expect(told.length).toBeGreaterThan(5);
    expect(told.length).toBeLessThanOrEqual(11);
  });

  it('are told to a slow reader as they are, not as they were', async () => {
    const clock = new HandClock(0);
    const events = new QueueEvents(clock, eventOf(clock));
    const controller = new AbortController();
    const stream = events.stream(controller.signal, () => [eventOf(clock)()]);
    await stream.next();
    for (let step = 0; step < 5; step += 1) {
      events.changed('queue');
      await clock.pass(200);
    }
    const next = await stream.next();
    expect(next.value).toMatchObject({ status: { reason: { message: '800' } } });
    controller.abort();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('tell what is left, at which rate, and which photo is at the model', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    const models = new DoubleModels({ answer: () => nextAnswer.promise });
    let nextAnswer = Promise.withResolvers<string>();
    const ids = await library.addPhotos(4);
    const queue = await library.queue(models);
    const told: QueueEvent[] = [];
    queue.subscribe((event) => told.push(event));
    const { runId = 0 } = await queue.add(captioning(ids));
    for (let photo = 0; photo < 2; photo += 1) {
      await clock.pass(2_000);
      await eventually(() => expect(models.begun).toHaveLength(photo + 1));
      const { resolve } = nextAnswer;
      nextAnswer = Promise.withResolvers<string>();
      resolve('a boat');
      await eventually(() => expect(queue.progress(runId).done).toBe(photo + 1));
    }
    await clock.pass(2_000);
    expect(queue.progress(runId)).toMatchObject({ done: 2, waiting: 2, ratePerSecond: 0.5, etaMs: 4_000 });
    expect(queue.progress(runId).current).toMatchObject({ photoId: 4 });
    expect(queue.status()).toMatchObject({ activity: 'working' });
    nextAnswer.resolve('a boat');
    await clock.pass(2_000);
    await eventually(() => expect(told.at(-1)).toMatchObject({ type: 'queue', status: { activity: 'idle' } }));
    expect(told.findLast(({ type }) => type === 'run')).toMatchObject({
      progress: { activity: 'done', done: 4, current: undefined },
    });
  });

  it('count photos that failed as processed, too, for the rate', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    let next = Promise.withResolvers<string>();
    const models = new DoubleModels({ answer: () => next.promise });
    const ids = await library.addPhotos(4);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    for (let photo = 0; photo < 2; photo += 1) {
      await clock.pass(2_000);
      await eventually(() => expect(models.begun).toHaveLength(photo + 1));
      const { reject } = next;
      next = Promise.withResolvers<string>();
      reject(new ImageError('IMAGE_CORRUPT', 'The image is damaged.'));
      await eventually(() => expect(queue.progress(runId).failed).toBe(photo + 1));
    }
    await clock.pass(2_000);
    expect(queue.progress(runId)).toMatchObject({ done: 0, failed: 2, waiting: 2, ratePerSecond: 0.5, etaMs: 4_000 });
    next.resolve('a boat');
    await eventually(() => expect(queue.progress(runId)).toMatchObject({ activity: 'done', done: 2, failed: 2 }));
  });
});
