/** @file Requests whose decoders are run as one: each gets what it gets alone, whatever happens to the others. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Decoder, RepeatedDecoder } from '../../../native-models/generation/decoder.ts';
import { generate } from '../../../native-models/generation/generate.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { DecodingBatch } from '../../../native-models/runtime/decodingBatch.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { FakeDecoder } from '../generation/fakeDecoder.ts';

const fake = { vocabSize: 30, eosTokenIds: [1], eosBias: 1.5, seed: 7 };

interface Asked {
  readonly prompt: readonly number[];
  readonly settings: ReturnType<typeof generationSettingsSchema.parse>;
  readonly candidates: number;
  /** Turns before it is asked. */
  readonly delay: number;
}

/** What every run of a model was fed; `spoil` may throw, or change what a run of so many rows gives. */
class Watch {
  readonly rows: number[] = [];
  spoil: (logits: Float32Array, histories: readonly (readonly number[])[]) => void = () => {};
}

/** A fake decoder that tells of its runs; a run that fails changes nothing. */
class WatchedDecoder implements Decoder {
  readonly vocabSize = fake.vocabSize;
  #decoder: FakeDecoder;
  readonly #watch: Watch;

  constructor(decoder: FakeDecoder, watch: Watch) {
    this.#decoder = decoder;
    this.#watch = watch;
  }

  get batchSize() {
    return this.#decoder.batchSize;
  }

  get promptIds() {
    return this.#decoder.promptIds;
  }

  prefill() {
    return this.#decoder.prefill();
  }

  async step(tokens: Int32Array, parents: Int32Array) {
    this.#watch.rows.push(tokens.length);
    const next = this.#decoder.joined([]);
    const logits = await next.step(tokens, parents);
    await nextTurn();
    this.#watch.spoil(logits, next.histories);
    this.#decoder = next;
    return logits;
  }

  joined(others: readonly Decoder[]) {
    const parts = others.map((other) => (other as WatchedDecoder).#decoder);
    return new WatchedDecoder(this.#decoder.joined(parts), this.#watch);
  }
}

function randomRequests(count: number): Asked[] {
  const random = randomNumbers(count);
  return Array.from({ length: count }, (_, i): Asked => {
    const candidates = random() < 0.2 ? 3 : 1;
    const sample = candidates > 1 || random() < 0.3;
    return {
      prompt: Array.from({ length: Math.floor(random() * 4) }, () => 2 + Math.floor(random() * 20)),
      settings: generationSettingsSchema.parse({
        maxNewTokens: 1 + Math.floor(random() * 20),
        sample,
        seed: i,
        numBeams: candidates === 1 && random() < 0.3 ? 3 : 1,
        repetitionPenalty: random() < 0.5 ? 1.3 : 1,
      }),
      candidates,
      delay: Math.floor(random() * 30),
    };
  });
}

async function askAlone({ prompt, settings, candidates }: Asked) {
  const decoder = new FakeDecoder(fake, [prompt]);
  const all = candidates === 1 ? decoder : new RepeatedDecoder(decoder, candidates);
  return (await generate(all, { settings, eosTokenIds: fake.eosTokenIds })).map(({ ids }) => ids);
}

async function askBatch(
  batch: DecodingBatch,
  { prompt, settings, candidates, delay }: Asked,
  { watch = new Watch(), isUrgent = false, signal = new AbortController().signal } = {},
) {
  for (let i = 0; i < delay; i++) await nextTurn();
  using slot = await batch.acquire({ rows: Math.max(candidates, settings.numBeams), isUrgent, signal });
  const [shared] = batch.share([slot], new WatchedDecoder(new FakeDecoder(fake, [prompt]), watch)) as [Decoder];
  const all = candidates === 1 ? shared : new RepeatedDecoder(shared, candidates);
  return (await generate(all, { settings, eosTokenIds: fake.eosTokenIds, signal })).map(({ ids }) => ids);
}

const requests = randomRequests(60);
const alone = await Promise.all(requests.map(askAlone));
const greedy = (prompt: readonly number[], maxNewTokens = 12): Asked => ({
  prompt,
  candidates: 1,
  delay: 0,
  settings: generationSettingsSchema.parse({ maxNewTokens, minNewTokens: maxNewTokens - 1 }),
});

describe('a batch', () => {
  it('gives every request the ids that it gets alone, however they come and go', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(8);
    const together = await Promise.all(requests.map((request) => askBatch(batch, request, { watch })));
    expect(together).toEqual(alone);
    expect(Math.max(...watch.rows)).toBe(8);
    const rows = watch.rows.reduce((sum, count) => sum + count, 0);
    expect(rows / watch.rows.length).toBeGreaterThan(4);
  });

  it('takes a request in as soon as another has left', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(2);
    const asked = [greedy([3], 4), greedy([4], 9), greedy([5], 6)];
    await Promise.all(asked.map((request) => askBatch(batch, request, { watch })));
    // the second goes on for eight steps; the first and the third share them
    expect(watch.rows).toEqual(new Array(8).fill(2));
  });

  it('lets a few join together, and waits for those that are expected', async () => {
    const batch = new DecodingBatch(8);
    const granted: string[] = [];
    const ask = async (name: string) => {
      const slot = await batch.acquire({ rows: 1, isUrgent: false, signal: new AbortController().signal });
      granted.push(name);
      return slot;
    };
    // nothing goes on, so that there is nothing to wait for
    const expected = [batch.expect(), batch.expect(), batch.expect()];
    await ask('first');
    const second = ask('second');
    await nextTurn();
    expect(granted).toEqual(['first']);
    expected.pop()?.[Symbol.dispose]();
    await Promise.all([second, ask('third')]);
    expect(granted).toEqual(['first', 'second', 'third']);
    const last = ask('last');
    await nextTurn();
    expect(granted).toHaveLength(3);
    // none of them comes after all
    for (const one of expected) one[Symbol.dispose]();
    await last;
  });

  it('lets others join when there is room for a few, and at once when it is empty', async () => {
    const batch = new DecodingBatch(8);
    const slots: Disposable[] = [];
    const ask = async () => {
      slots.push(await batch.acquire({ rows: 1, isUrgent: false, signal: new AbortController().signal }));
    };
    const asked = Array.from({ length: 12 }, ask);
    await Promise.all(asked.slice(0, 8));
    slots[0]?.[Symbol.dispose]();
    await nextTurn();
    expect(slots).toHaveLength(8);
    slots[1]?.[Symbol.dispose]();
    await nextTurn();
    expect(slots).toHaveLength(10);
    for (const slot of slots.splice(2)) slot[Symbol.dispose]();
    await Promise.all(asked);
  });

  it('goes on without a request that is stopped', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(8);
    const control = new AbortController();
    watch.spoil = () => {
      if (watch.rows.length === 3) control.abort(new Error('enough'));
    };
    const stopped = askBatch(batch, greedy([9]), { watch, signal: control.signal });
    const others = [greedy([3]), greedy([4])];
    const answers = Promise.all(others.map((request) => askBatch(batch, request, { watch })));
    await expect(stopped).rejects.toThrow('enough');
    expect(await answers).toEqual(await Promise.all(others.map(askAlone)));
    expect(watch.rows).toEqual([3, 3, 3, ...new Array(8).fill(2)]);
  });

  it('gives no slot to a request that was stopped while it waited', async () => {
    const batch = new DecodingBatch(1);
    const control = new AbortController();
    const first = askBatch(batch, greedy([3]));
    const waiting = askBatch(batch, greedy([4]), { signal: control.signal });
    const last = askBatch(batch, greedy([5]));
    control.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(await Promise.all([first, last])).toEqual(await Promise.all([greedy([3]), greedy([5])].map(askAlone)));
  });

  it('fails a request alone whose numbers are none', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(8);
    watch.spoil = (logits, histories) => {
      const row = histories.findIndex(([first, ...rest]) => first === 9 && rest.length === 4);
      if (row >= 0) logits.fill(Number.NaN, row * fake.vocabSize, (row + 1) * fake.vocabSize);
    };
    const broken = askBatch(batch, greedy([9]), { watch });
    const others = [greedy([3]), greedy([4])];
    const answers = Promise.all(others.map((request) => askBatch(batch, request, { watch })));
    await expect(broken).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
    expect(await answers).toEqual(await Promise.all(others.map(askAlone)));
  });

  it('finds the request at which a run of all fails', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(8);
    watch.spoil = (_, histories) => {
      if (histories.some(([first, ...rest]) => first === 9 && rest.length === 4)) throw new Error('no such token');
    };
    const asked = [greedy([3]), greedy([9]), greedy([4]), greedy([5])];
    const answers = await Promise.allSettled(asked.map((request) => askBatch(batch, request, { watch })));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: new Error('no such token') });
    // all, each half, each of the half that failed; then those that are left are one again
    expect(watch.rows.slice(0, 9)).toEqual([4, 4, 4, 4, 2, 1, 1, 2, 3]);
  });

  it('is halved where the memory does not suffice, and answers all', async () => {
    const watch = new Watch();
    const batch = new DecodingBatch(8);
    watch.spoil = (_, histories) => {
      if (histories.length > 3) throw new Error('std::bad_alloc');
    };
    const together = await Promise.all(requests.map((request) => askBatch(batch, request, { watch })));
    expect(together).toEqual(alone);
    // it is not tried again for every step
    expect(watch.rows.filter((count) => count > 3).length).toBeLessThan(4);
  });

  it('tells a request for which there is never enough memory', async () => {
    const watch = new Watch();
    watch.spoil = () => {
      throw new Error('std::bad_alloc');
    };
    await expect(askBatch(new DecodingBatch(8), greedy([3]), { watch })).rejects.toThrow('bad_alloc');
  });

  it('rests while somebody waits for every word, and goes on afterwards', async () => {
    const [watch, urgentWatch] = [new Watch(), new Watch()];
    const batch = new DecodingBatch(8);
    const urgentAt: number[] = [];
    urgentWatch.spoil = () => urgentAt.push(watch.rows.length);
    const others = [greedy([3]), greedy([4])];
    const answers = Promise.all(others.map((request) => askBatch(batch, request, { watch })));
    await nextTurn();
    const urgent = await askBatch(batch, greedy([5]), { watch: urgentWatch, isUrgent: true });
    expect(urgent).toEqual(await askAlone(greedy([5])));
    // at most the step that was under way
    expect(new Set(urgentAt.slice(1)).size).toBe(1);
    expect(await answers).toEqual(await Promise.all(others.map(askAlone)));
  });

  it('lets decoders that cannot be run with others go on beside them', async () => {
    const batch = new DecodingBatch(8);
    const asks = [greedy([3]), greedy([4])].map(async ({ prompt, settings }) => {
      using slot = await batch.acquire({ rows: 1, isUrgent: false, signal: new AbortController().signal });
      const decoder = Object.assign(new FakeDecoder(fake, [prompt]), { joined: undefined });
      const [shared] = batch.share([slot], decoder) as [Decoder];
      return (await generate(shared, { settings, eosTokenIds: [1] })).map(({ ids }) => ids);
    });
    const shared = askBatch(batch, greedy([5]));
    const expected = await Promise.all([greedy([3]), greedy([4]), greedy([5])].map(askAlone));
    expect(await Promise.all([...asks, shared])).toEqual(expected);
  });
});
