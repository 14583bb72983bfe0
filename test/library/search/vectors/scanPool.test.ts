/** @file The threads that scan: whose turn it is, and what becomes of work when one of them fails. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished } from 'vitest';
import { ScanPool } from '../../../../main/library/search/vectors/scanPool.ts';
import { edgesSchema, scoresSchema } from '../../../../main/library/search/vectors/scanTasks.ts';
import { it } from '../../../support/fixtures.ts';

function newPool(threads: number): ScanPool {
  const pool = new ScanPool({ threads });
  onTestFinished(() => pool[Symbol.asyncDispose]());
  return pool;
}

/** Work that needs no file: all pairs of so many hashes. */
function hashes(count: number) {
  const low = Uint32Array.from({ length: count }, (_, i) => i);
  return { type: 'hashes', high: new Uint32Array(count), low, bandStart: 32, bandEnd: 48, maxDistance: 1 } as const;
}

const scoresFrom = (exact: number) =>
  ({
    type: 'scores',
    exact,
    shape: { vectors: 1, size: 2 },
    slots: Uint32Array.of(0),
    queries: Float32Array.of(1, 0),
    pooled: false,
  }) as const;

it('the pool of scan workers does a search before what waits in the background', async () => {
  const pool = newPool(1);
  const order: string[] = [];
  const background = Array.from({ length: 6 }, async (_, i) => {
    await pool.run(hashes(800), edgesSchema, { priority: 'background' });
    order.push(`background ${i}`);
  });
  const search = pool.run(hashes(10), edgesSchema, { priority: 'search' }).then(() => order.push('search'));
  await Promise.all([...background, search]);
  expect(order).toEqual(['background 0', 'search', ...[1, 2, 3, 4, 5].map((i) => `background ${i}`)]);
});

it('the pool of scan workers takes back what has not begun when it is aborted, and does the rest', async () => {
  const pool = newPool(1);
  const control = new AbortController();
  const first = pool.run(hashes(800), edgesSchema, { priority: 'search' });
  const waiting = Array.from({ length: 5 }, () =>
    pool.run(hashes(800), edgesSchema, { priority: 'background', signal: control.signal }),
  );
  const last = pool.run(hashes(4), edgesSchema, { priority: 'background' });
  control.abort(new Error('enough'));
  for (const result of await Promise.allSettled(waiting)) expect(result).toMatchObject({ reason: new Error('enough') });
  expect((await first).length).toBe(2 * 799);
  expect((await last).length).toBe(2 * 3);
});

describe('work that fails', () => {
  it('because of its file says so, and the thread goes on', async ({ folder }) => {
    const pool = newPool(1);
    await using writeOnly = await open(path.join(folder.path, 'file'), 'w');
    await expect(pool.run(scoresFrom(writeOnly.fd), scoresSchema, { priority: 'search' })).rejects.toMatchObject({
      code: 'VECTORS_UNREADABLE',
    });
    expect((await pool.run(hashes(4), edgesSchema, { priority: 'search' })).length).toBe(6);
  });

  it('because its thread dies is given up, and other threads do what comes next', async () => {
    const pool = newPool(1);
    const deadly = { ...scoresFrom(0), shape: { vectors: 0, size: 0 } };
    const lost = pool.run(deadly, scoresSchema, { priority: 'search' });
    await expect(lost).rejects.toMatchObject({ code: 'VECTOR_SEARCH_FAILED' });
    expect((await pool.run(hashes(4), edgesSchema, { priority: 'search' })).length).toBe(6);
  });

  it('because the pool is closed says so, whether it has begun or not', async () => {
    const pool = newPool(1);
    const works = [1, 2, 3, 4].map(() => pool.run(hashes(2000), edgesSchema, { priority: 'background' }));
    const results = Promise.allSettled(works);
    await pool[Symbol.asyncDispose]();
    for (const result of await results) expect(result).toMatchObject({ reason: { code: 'VECTOR_SEARCH_FAILED' } });
    await expect(pool.run(hashes(4), edgesSchema, { priority: 'search' })).rejects.toMatchObject({
      code: 'VECTOR_SEARCH_FAILED',
    });
  });
});
