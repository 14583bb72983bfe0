/** @file Who goes first where only a few can. */
import { describe, expect, it } from 'vitest';
import { PriorityQueue } from '../../../main/library/images/priorityQueue.ts';

/** Tasks that end when they are told to. */
function tasksIn(line: PriorityQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const join = (name: string, priority: number) =>
    line.join(
      () =>
        new Promise<void>((resolve) => {
          begun.push(name);
          ends.set(name, resolve);
        }),
      { priority },
    );
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, join, end };
}

describe('a waiting line', () => {
  it('runs no more at once than it may, the most wanted first and of those the newest', async () => {
    const { begun, join, end } = tasksIn(new PriorityQueue(2));
    for (const [name, priority] of [
      ['old', 0],
      ['new', 0],
      ['wanted', 5],
      ['also wanted', 5],
    ] as const)
      join(name, priority);
    await end('nothing');
    expect(begun).toEqual(['also wanted', 'wanted']);
    await end('wanted');
    await end('also wanted');
    expect(begun).toEqual(['also wanted', 'wanted', 'new', 'old']);
  });

  it('lets a task be raised or leave while it waits, and not once it has begun', async () => {
    const { begun, join, end } = tasksIn(new PriorityQueue(1));
    const first = join('first', 0);
    await end('nothing');
    const [a, b] = [join('a', 0), join('b', 0)];
    expect([first.waits(), a.waits(), b.waits()]).toEqual([false, true, true]);
    a.raise(1);
    b.leave();
    first.leave();
    await end('first');
    await end('a');
    expect(begun).toEqual(['first', 'a']);
  });
});

it('a priority queue finishes what has begun and begins nothing more when it is closed', async () => {
  const line = new PriorityQueue(1);
  const done: string[] = [];
  const begun = Promise.withResolvers<void>();
  line.join(
    async () => {
      await begun.promise;
      done.push('begun');
    },
    { priority: 0 },
  );
  await Promise.resolve();
  line.join(async () => void done.push('waiting'), { priority: 0 });
  const closed = line.close();
  line.join(async () => void done.push('late'), { priority: 0 });
  begun.resolve();
  await closed;
  expect(done).toEqual(['begun']);
});
