/** @file Which models are in memory, for whom, and for how long. */

import { describe, expect, it } from 'vitest';
import { HostPool, type Loan, type LoanRequest } from '../../../main/library/queue/hostPool.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { DoubleModels, type DoubleModelsOptions, HandClock, modelCalled } from './queueDoubles.ts';

const never = new AbortController().signal;

function poolOf(mostModels: number, options: DoubleModelsOptions = {}) {
  const clock = new HandClock();
  const models = new DoubleModels(options);
  const pool = new HostPool({
    openModel: models.openModel,
    clock,
    mostModels: () => mostModels,
    batch: () => undefined,
    idleMs: () => 60_000,
  });
  return { clock, models, pool };
}

function wanting(names: readonly string[], rank = 0, standsInLine = false): LoanRequest {
  return { models: names.map(modelCalled), rank: () => rank, order: () => 0, standsInLine };
}

describe('the models in memory', () => {
  it('stay for the next who needs them, and are ended when nobody did for a while', async () => {
    const { clock, models, pool } = poolOf(2);
    (await pool.borrow(wanting(['a']), never))[Symbol.dispose]();
    (await pool.borrow(wanting(['a']), never))[Symbol.dispose]();
    expect(models.opened).toEqual(['a']);
    await clock.pass(59_000);
    expect(models.loaded).toEqual(['a']);
    await clock.pass(1_000);
    expect(models.loaded).toEqual([]);
    await pool[Symbol.asyncDispose]();
  });

  it('make room for others, the one that was used longest ago first', async () => {
    const { clock, models, pool } = poolOf(2);
    for (const name of ['a', 'b', 'a', 'c']) {
      (await pool.borrow(wanting([name]), never))[Symbol.dispose]();
      await clock.pass(10);
    }
    expect(models.loaded).toEqual(['a', 'c']);
    expect(models.mostLoaded).toBe(2);
    await pool[Symbol.asyncDispose]();
    expect(models.loaded).toEqual([]);
  });

  it('are lent together, so that two who need the same two never wait for each other', async () => {
    const { models, pool } = poolOf(2);
    const first = await pool.borrow(wanting(['a', 'b']), never);
    const second = pool.borrow(wanting(['c', 'a']), never);
    const third = pool.borrow(wanting(['b', 'a']), never);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    expect(models.mostLoaded).toBe(2);
    await pool[Symbol.asyncDispose]();
  });

  it('are as many as one loan needs, where that is more than are allowed', async () => {
    const { models, pool } = poolOf(1);
    const loan = await pool.borrow(wanting(['a', 'b']), never);
    expect(models.loaded).toEqual(['a', 'b']);
    expect(loan.worker(modelCalled('b')).identity.id).toBe('b');
    await pool[Symbol.asyncDispose]();
  });

  it('are wanted back by someone more important only', async () => {
    const { pool } = poolOf(1);
    const loan = await pool.borrow(wanting(['a'], 1, true), never);
    const equal = pool.borrow(wanting(['b'], 1, true), never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(loan.isWanted).toBe(false);
    const important = pool.borrow(wanting(['c'], 2, true), never);
    expect(loan.isWanted).toBe(true);
    const order: string[] = [];
    const used = async (name: string, borrowed: Promise<Loan>) => {
      using _loan = await borrowed;
      order.push(name);
    };
    loan[Symbol.dispose]();
    await Promise.all([used('equal', equal), used('important', important)]);
    expect(order).toEqual(['important', 'equal']);
    await pool[Symbol.asyncDispose]();
  });

  it('are opened anew when something has changed about that, those in use as soon as they are given back', async () => {
    const { models, pool } = poolOf(2);
    const loan = await pool.borrow(wanting(['a'], 0, true), never);
    (await pool.borrow(wanting(['b']), never))[Symbol.dispose]();
    pool.renew();
    await new Promise((resolve) => setImmediate(resolve));
    expect(models.loaded).toEqual(['a']);
    expect(loan.isWanted).toBe(true);
    const next = pool.borrow(wanting(['a']), never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(models.opened).toEqual(['a', 'b']);
    loan[Symbol.dispose]();
    using again = await next;
    expect(again.isWanted).toBe(false);
    expect(models.opened).toEqual(['a', 'b', 'a']);
    expect(models.loaded).toEqual(['a']);
    await pool[Symbol.asyncDispose]();
  });

  it('are tried anew after one could not be loaded, and its place is free', async () => {
    let fails = true;
    const { models, pool } = poolOf(1, {
      open: (identity) => {
        if (fails) throw new ModelError('OUT_OF_MEMORY', 'There is not enough memory.');
        return identity;
      },
    });
    await expect(pool.borrow(wanting(['a']), never)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    fails = false;
    (await pool.borrow(wanting(['b']), never))[Symbol.dispose]();
    expect(models.loaded).toEqual(['b']);
    await pool[Symbol.asyncDispose]();
  });

  it('are not kept from others by someone who gave up waiting', async () => {
    const { pool } = poolOf(1);
    const loan = await pool.borrow(wanting(['a']), never);
    const controller = new AbortController();
    const impatient = pool.borrow(wanting(['b'], 9), controller.signal);
    controller.abort(new Error('too slow'));
    await expect(impatient).rejects.toThrow('too slow');
    expect(loan.isWanted).toBe(false);
    const patient = pool.borrow(wanting(['c']), never);
    loan[Symbol.dispose]();
    (await patient)[Symbol.dispose]();
    await pool[Symbol.asyncDispose]();
    await expect(pool.borrow(wanting(['a']), never)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });
});
