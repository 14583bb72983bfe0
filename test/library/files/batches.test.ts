/** @file What is asked one by one and done for many at once; and many things of which some are done at the same time. */
import { expect, it } from 'vitest';
import { Batches } from '../../../main/library/files/batches.ts';
import { someAtOnce } from '../../../main/library/files/someAtOnce.ts';

it('what is asked together is answered together, and what is asked while that is done, in the next batches', async () => {
  const asked: number[][] = [];
  const batches = new Batches<number, number>(
    async (numbers) => {
      asked.push([...numbers]);
      return numbers.map((number) => number * 10);
    },
    { maxItems: 3, maxBatches: 1 },
  );
  const answers = await Promise.all([1, 2, 3, 4].map((number) => batches.ask(number)));
  expect(answers).toEqual([10, 20, 30, 40]);
  expect(asked).toEqual([[1, 2, 3], [4]]);
});

it('shares out what is asked among as many batches as may be at work', async () => {
  const asked: number[][] = [];
  const batches = new Batches<number, number>(
    async (numbers) => {
      asked.push([...numbers]);
      return numbers;
    },
    { maxItems: 10, maxBatches: 2 },
  );
  await Promise.all([1, 2, 3, 4, 5].map((number) => batches.ask(number)));
  expect(asked).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

it('one that cannot be answered fails alone', async () => {
  const batches = new Batches<number, number>(
    async (numbers) => {
      if (numbers.includes(2)) throw new Error('not 2');
      return numbers;
    },
    { maxItems: 10, maxBatches: 1 },
  );
  const answers = await Promise.allSettled([1, 2, 3].map((number) => batches.ask(number)));
  expect(answers).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: new Error('not 2') },
    { status: 'fulfilled', value: 3 },
  ]);
  expect(await batches.ask(4)).toBe(4);
});

it('some of many are at work at once, and after a failure none is begun any more', async () => {
  const done: number[] = [];
  let atWork = 0;
  let maxAtWork = 0;
  const work = async (number: number) => {
    atWork += 1;
    maxAtWork = Math.max(maxAtWork, atWork);
    await new Promise(setImmediate);
    atWork -= 1;
    if (number === 4) throw new Error('not 4');
    done.push(number);
  };
  await someAtOnce([1, 2, 3], 2, work);
  expect([done, maxAtWork]).toEqual([[1, 2, 3], 2]);
  await expect(someAtOnce([3, 4, 5, 6, 7], 2, work)).rejects.toThrow('not 4');
  expect(atWork).toBe(0);
  expect(done).not.toContain(7);
});
