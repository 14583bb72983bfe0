/** @file Which models are in memory, for whom, and for how long. */

import { describe, expect, it } from 'vitest';
import { type Lease, type LeaseRequest, ModelLeases } from '../../../main/library/queue/modelLeases.ts';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { DoubleModels, type DoubleModelsOptions, HandClock, modelCalled } from './queueDoubles.ts';

const never = new AbortController().signal;

function poolOf(maxModels: number, options: DoubleModelsOptions = {}) {
  const clock = new HandClock();
  const models = new DoubleModels(options);
  const leases = new ModelLeases({
    openModel: models.openModel,
    clock,
    maxModels: () => maxModels,
    batch: () => undefined,
    idleMs: () => 60_000,
  });
  return { clock, models, leases };
}

function wanting(names: readonly string[], rank = 0, exclusive = false): LeaseRequest {
  return { models: names.map(modelCalled), rank: () => rank, order: () => 0, exclusive };
}

describe('the models in memory', () => {
  it('stay for the next who needs them, and are ended when nobody did for a while', async () => {
    const { clock, models, leases } = poolOf(2);
    (await leases.acquire(wanting(['a']), never))[Symbol.dispose]();
    (await leases.acquire(wanting(['a']), never))[Symbol.dispose]();
    expect(models.opened).toEqual(['a']);
    await clock.pass(59_000);
    expect(models.loaded).toEqual(['a']);
    await clock.pass(1_000);
    expect(models.loaded).toEqual([]);
    await leases[Symbol.asyncDispose]();
  });

  it('make room for others, the one that was used longest ago first', async () => {
    const { clock, models, leases } = poolOf(2);
    for (const name of ['a', 'b', 'a', 'c']) {
      (await leases.acquire(wanting([name]), never))[Symbol.dispose]();
      await clock.pass(10);
    }
    expect(models.loaded).toEqual(['a', 'c']);
    expect(models.maxLoaded).toBe(2);
    await leases[Symbol.asyncDispose]();
    expect(models.loaded).toEqual([]);
  });

  it('are leased together, so that two who need the same two never wait for each other', async () => {
    const { models, leases } = poolOf(2);
    const first = await leases.acquire(wanting(['a', 'b']), never);
    const second = leases.acquire(wanting(['c', 'a']), never);
    const third = leases.acquire(wanting(['b', 'a']), never);
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    (await third)[Symbol.dispose]();
    expect(models.maxLoaded).toBe(2);
    await leases[Symbol.asyncDispose]();
  });

  it('are as many as one lease needs, where that is more than are allowed', async () => {
    const { models, leases } = poolOf(1);
    const lease = await leases.acquire(wanting(['a', 'b']), never);
    expect(models.loaded).toEqual(['a', 'b']);
    expect(lease.worker(modelCalled('b')).identity.id).toBe('b');
    await leases[Symbol.asyncDispose]();
  });

  it('are wanted back by someone more important only', async () => {
    const { leases } = poolOf(1);
    const lease = await leases.acquire(wanting(['a'], 1, true), never);
    const equal = leases.acquire(wanting(['b'], 1, true), never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lease.shouldYield).toBe(false);
    const important = leases.acquire(wanting(['c'], 2, true), never);
    expect(lease.shouldYield).toBe(true);
    const order: string[] = [];
    const used = async (name: string, borrowed: Promise<Lease>) => {
      using _loan = await borrowed;
      order.push(name);
    };
    lease[Symbol.dispose]();
    await Promise.all([used('equal', equal), used('important', important)]);
    expect(order).toEqual(['important', 'equal']);
    await leases[Symbol.asyncDispose]();
  });

  it('are opened anew when something has changed about that, those in use as soon as they are given back', async () => {
    const { models, leases } = poolOf(2);
    const lease = await leases.acquire(wanting(['a'], 0, true), never);
    (await leases.acquire(wanting(['b']), never))[Symbol.dispose]();
    leases.renew();
    await new Promise((resolve) => setImmediate(resolve));
    expect(models.loaded).toEqual(['a']);
    expect(lease.shouldYield).toBe(true);
    const next = leases.acquire(wanting(['a']), never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(models.opened).toEqual(['a', 'b']);
    lease[Symbol.dispose]();
    using again = await next;
    expect(again.shouldYield).toBe(false);
    expect(models.opened).toEqual(['a', 'b', 'a']);
    expect(models.loaded).toEqual(['a']);
    await leases[Symbol.asyncDispose]();
  });

  it('are tried anew after one could not be loaded, and its place is free', async () => {
    let fails = true;
    const { models, leases } = poolOf(1, {
      open: (identity) => {
        if (fails) throw new ModelError('OUT_OF_MEMORY', 'There is not enough memory.');
        return identity;
      },
    });
    await expect(leases.acquire(wanting(['a']), never)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    fails = false;
    (await leases.acquire(wanting(['b']), never))[Symbol.dispose]();
    expect(models.loaded).toEqual(['b']);
    await leases[Symbol.asyncDispose]();
  });

  it('are not kept from others by someone who gave up waiting', async () => {
    const { leases } = poolOf(1);
    const lease = await leases.acquire(wanting(['a']), never);
    const controller = new AbortController();
    const impatient = leases.acquire(wanting(['b'], 9), controller.signal);
    controller.abort(new Error('too slow'));
    await expect(impatient).rejects.toThrow('too slow');
    expect(lease.shouldYield).toBe(false);
    const patient = leases.acquire(wanting(['c']), never);
    lease[Symbol.dispose]();
    (await patient)[Symbol.dispose]();
    await leases[Symbol.asyncDispose]();
    await expect(leases.acquire(wanting(['a']), never)).rejects.toMatchObject({ code: 'QUEUE_CLOSED' });
  });
});
