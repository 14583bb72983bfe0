/** @file The pool of picture processes: who goes first, and what becomes of those whose process ends. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PicturePool, type PicturePoolOptions } from '../../../main/library/images/process/picturePool.ts';
import { serializeError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { FakePictures, outOfMemory, turns } from './fakePictures.ts';

const limits = { decodeBytes: 10, residentBytes: 20, timeoutMs: 1000 };
const roomyLimits = { decodeBytes: 100, residentBytes: 200, timeoutMs: 2000 };

let processes: FakePictures;
let pool: PicturePool;

function open(options: Partial<PicturePoolOptions> = {}): void {
  const usual = { processes: 1, requestsPerProcess: 1, limits, roomyLimits, idleMs: 5000 };
  pool = new PicturePool({ startProcess: processes.start, ...usual, ...options });
}

const ask = (file: string, priority = 0) => pool.submit(() => ({ type: 'metadata', file }), priority);
const codeOf = (outcome: Promise<unknown>) =>
  outcome.then(
    (value) => value,
    (error: { code?: string }) => error.code,
  );

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  processes = new FakePictures();
});
afterEach(async () => {
  await pool[Symbol.asyncDispose]();
  vi.useRealTimers();
});

describe('a pool of picture processes', () => {
  it('starts a process with the first request, and no more than it may', async () => {
    open({ processes: 2 });
    await turns();
    expect(processes.started).toBe(0);
    const asked = ['a', 'b', 'c'].map((file) => ask(file));
    await turns();
    expect(processes.started).toBe(2);
    expect(processes.files).toEqual(['c', 'b']);
    for (const file of ['c', 'b']) processes.about(file).answer(file);
    await turns();
    processes.about('a').answer('a');
    expect(await Promise.all(asked.map(({ outcome }) => outcome))).toEqual(['a', 'b', 'c']);
    expect(processes.started).toBe(2);
  });

  it('takes the most wanted first, lets waiting ones be raised and cancelled, and asks when their turn comes', async () => {
    open();
    ask('first');
    await turns();
    const created: string[] = [];
    const submit = (file: string) =>
      pool.submit(() => {
        created.push(file);
        return { type: 'metadata', file };
      }, 0);
    const [raised, abandoned, late] = ['raised', 'abandoned', 'late'].map(submit);
    raised?.raise(1);
    expect(abandoned?.cancel(new Error('scrolled past'))).toBe(true);
    await expect(abandoned?.outcome).rejects.toThrow('scrolled past');
    for (const file of ['first', 'raised', 'late']) {
      await turns();
      processes.about(file).answer(null);
    }
    await late?.outcome;
    expect(created).toEqual(['raised', 'late']);
    expect(late?.cancel(new Error('too late'))).toBe(false);
  });

  it('tries what was in hand once more, each alone and with more room, and refuses what ends that process, too', async () => {
    open({ requestsPerProcess: 3 });
    const outcomes = ['innocent', 'deadly', 'too'].map((file) => ask(file).outcome.catch((error: unknown) => error));
    await turns();
    expect(processes.started).toBe(1);
    processes.about('deadly').endProcess();
    for (let alone = 0; alone < 3; alone++) {
      await turns();
      const request = processes.last;
      expect(request).toMatchObject({ process: 1 + alone, decodeBytes: 100, residentBytes: 200 });
      // None of the others runs beside it.
      expect(processes.requests.filter(({ process }) => process === request.process)).toHaveLength(1);
      if (request === processes.about('deadly')) request.endProcess('signal SIGSEGV');
      else request.answer('read');
    }
    const [innocent, deadly, too] = await Promise.all(outcomes);
    expect([innocent, too]).toEqual(['read', 'read']);
    expect(deadly).toMatchObject({
      name: 'ImageError',
      code: 'IMAGE_DECODER_CRASHED',
      details: { reason: 'signal SIGSEGV' },
    });
  });

  it('gives a picture that needs room a process of its own, which ends with it', async () => {
    open();
    const { outcome } = ask('large');
    await turns();
    processes.about('large').refuse({ type: 'needsRoom' });
    await turns();
    expect(processes.about('large')).toMatchObject({ process: 1, decodeBytes: 100 });
    // Others are not held up by it.
    ask('small');
    await turns();
    processes.about('small').answer(null);
    processes.about('large').answer('shown');
    expect(await outcome).toBe('shown');
    await turns();
    expect(processes.ended).toEqual([1]);
  });

  it('names memory and time where those were the reason', async () => {
    open();
    const greedy = ask('greedy').outcome;
    await turns();
    processes.about('greedy').endProcess(outOfMemory);
    await turns();
    processes.about('greedy').endProcess(outOfMemory);
    expect(await codeOf(greedy)).toBe('IMAGE_DECODER_MEMORY');
    const needy = ask('needy').outcome;
    for (let attempt = 0; attempt < 2; attempt++) {
      await turns();
      processes.about('needy').refuse({ type: 'needsRoom' });
    }
    expect(await codeOf(needy)).toBe('IMAGE_DECODER_MEMORY');
    const endless = ask('endless').outcome;
    await turns();
    vi.advanceTimersByTime(1000);
    expect(await codeOf(endless)).toBe('IMAGE_DECODER_TIMEOUT');
    // Nothing else was in hand that could be to blame: there was no second attempt.
    expect(processes.files.filter((file) => file === 'endless')).toHaveLength(1);
  });

  it('does not blame a file for the time that another one took', async () => {
    open({ requestsPerProcess: 2 });
    const [slow, quick] = [ask('slow').outcome, ask('quick').outcome];
    const ofSlow = codeOf(slow);
    await turns();
    vi.advanceTimersByTime(1000);
    for (let alone = 0; alone < 2; alone++) {
      await turns();
      if (processes.last === processes.about('quick')) processes.last.answer('read');
      else vi.advanceTimersByTime(2000);
    }
    expect(await quick).toBe('read');
    expect(await ofSlow).toBe('IMAGE_DECODER_TIMEOUT');
    expect(processes.requests).toHaveLength(4);
  });

  it('ends a process that has had nothing to do for a while, and starts one when there is something again', async () => {
    open();
    const first = ask('first').outcome;
    await turns();
    processes.about('first').answer(null);
    await first;
    await turns();
    vi.advanceTimersByTime(4999);
    expect(processes.ended).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(processes.ended).toEqual([0]);
    ask('second');
    await turns();
    expect(processes.about('second').process).toBe(1);
  });

  it('starts another where one died with nothing to do', async () => {
    open();
    const first = ask('first').outcome;
    await turns();
    processes.about('first').answer(null);
    await first;
    processes.about('first').endProcess();
    await turns();
    const second = ask('second').outcome;
    await turns();
    processes.about('second').answer('read');
    expect(await second).toBe('read');
  });

  it('tells where no process can be started, and tries again for the next', async () => {
    let canStart = false;
    open({
      startProcess: (listeners) => {
        if (!canStart) throw new Error('too many processes');
        return processes.start(listeners);
      },
    });
    await expect(ask('first').outcome).rejects.toThrow('too many processes');
    canStart = true;
    const { outcome } = ask('second');
    await turns();
    processes.about('second').answer('read');
    expect(await outcome).toBe('read');
  });

  it('trusts a process no further that answers what cannot be', async () => {
    open();
    const { outcome } = ask('odd');
    await turns();
    processes.about('odd').refuse({ type: 'nonsense' } as unknown as { type: 'needsRoom' });
    await turns();
    expect(processes.ended).toEqual([0]);
    processes.about('odd').answer('read');
    expect(await outcome).toBe('read');
  });

  it('passes on what a picture was refused for', async () => {
    open();
    const { outcome } = ask('broken');
    await turns();
    const error = serializeError(new ImageError('IMAGE_CORRUPT', 'Damaged.', { details: { format: 'JPEG' } }));
    processes.about('broken').refuse({ type: 'error', error });
    await expect(outcome).rejects.toMatchObject({ name: 'ImageError', code: 'IMAGE_CORRUPT', details: error.details });
  });

  it('ends everything when it is closed, and blames no photo for that', async () => {
    open();
    const [second, first] = [ask('second').outcome, ask('first', 1).outcome];
    await turns();
    await pool[Symbol.asyncDispose]();
    expect(await Promise.all([first, second, ask('late').outcome].map(codeOf))).toEqual(
      Array(3).fill('PICTURES_CLOSED'),
    );
    expect(processes.ended).toEqual([0]);
  });
});
