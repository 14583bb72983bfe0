/** @file What comes nearly in order is given in order, and nothing waits for ever or is lost. */
import { expect, it } from 'vitest';
import { inOrder } from '../../../main/cli/named/inOrder.ts';

async function* from(items: readonly number[], error?: Error): AsyncGenerator<number> {
  yield* items;
  if (error !== undefined) throw error;
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

async function given(items: readonly number[], keys = upTo(100), error?: Error): Promise<number[]> {
  const result: number[] = [];
  try {
    for await (const item of inOrder(keys, from(items, error), (key) => key)) result.push(item);
  } catch (thrown) {
    expect(thrown).toBe(error);
    result.push(-1);
  }
  return result;
}

it('inOrder gives each after those before it', async () => {
  expect(await given([2, 0, 1, 4, 3])).toEqual([0, 1, 2, 3, 4]);
});

it('inOrder waits for none longer than for twenty others', async () => {
  const late = [...upTo(40).slice(1), 0];
  const order = await given(late);
  expect(order.toSorted((a, b) => a - b)).toEqual(upTo(40));
  expect(order.indexOf(0)).toBe(39);
  expect(order[0]).toBe(1);
});

it('inOrder gives what it holds before it ends or fails', async () => {
  expect(await given([3, 1])).toEqual([1, 3]);
  expect(await given([3, 1], upTo(100), new Error('stopped'))).toEqual([1, 3, -1]);
});

it('inOrder gives at once what it was not told of', async () => {
  expect(await given([7, 0], [0])).toEqual([7, 0]);
});
