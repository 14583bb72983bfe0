/** @file Prompts that are read in one run: each request gets its own decoder, and fails alone. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DecodingBatch } from '../../../native-models/runtime/decodingBatch.ts';
import { floatTensor } from '../../../native-models/runtime/graphSession.ts';
import type { VisionLanguageModel } from '../../../native-models/runtime/loadedModel.ts';
import { PromptBatch } from '../../../native-models/runtime/promptBatch.ts';
import { FakeDecoder, fakeLogits } from '../generation/fakeDecoder.ts';

const fake = { vocabSize: 30, eosTokenIds: [1], eosBias: 1.5, seed: 7 };
const signal = new AbortController().signal;
/** A prompt of so many tokens, each of them its first word's length. */
const idsOf = (prompt: string) => prompt.split(' ').map((word) => word.length + 1);

/** A model that reads prompts word by word; `fails` is told what a run is given. */
function reader(fails: (prompts: readonly string[]) => Error | undefined = () => undefined, joins = true) {
  const runs: (readonly string[])[] = [];
  const model = {
    tokenizer: { encode: idsOf },
    async prepare({ dims: [B] }: { dims: readonly number[] }, prompts: readonly string[]) {
      expect(B).toBe(prompts.length);
      runs.push(prompts);
      await nextTurn();
      const failure = fails(prompts);
      if (failure !== undefined) throw failure;
      const longest = Math.max(...prompts.map((prompt) => idsOf(prompt).length));
      const decoder = Object.assign(new FakeDecoder(fake, prompts.map(idsOf)), { maxNewTokens: 20 - longest });
      return { decoder: joins ? decoder : Object.assign(decoder, { joined: undefined }), qformerMs: 0, encoderMs: 0 };
    },
  } as unknown as VisionLanguageModel;
  const batch = new DecodingBatch(8);
  const prompts = new PromptBatch(model, batch, 8);
  const read = async (prompt: string, isUrgent = false) => {
    const slot = await batch.acquire({ rows: 1, isUrgent, signal });
    const { decoder } = await prompts.read({ slot, features: floatTensor(new Float32Array(4), [1, 2, 2]), prompt });
    return decoder;
  };
  return { runs, read };
}

/** One that has read a prompt, and knows that its decoders can be run together. */
async function knownReader(...args: Parameters<typeof reader>) {
  const known = reader(...args);
  await known.read('a');
  known.runs.length = 0;
  return known;
}

it('a prompt batch reads together what is asked for at the same time, and gives each what it gets alone', async () => {
  const { runs, read } = await knownReader();
  const asked = ['a photo of', 'of what', 'a'];
  const decoders = await Promise.all(asked.map((prompt) => read(prompt)));
  expect(runs).toEqual([asked]);
  for (const [i, decoder] of decoders.entries()) {
    const ids = idsOf(asked[i] as string);
    expect(decoder.promptIds).toEqual([ids]);
    expect(await decoder.prefill()).toEqual(fakeLogits(fake, i, ids));
  }
  // a shorter prompt leaves more of the model's positions
  expect(decoders.map(({ maxNewTokens }) => maxNewTokens)).toEqual([17, 18, 19]);
});

it('a prompt batch reads apart what is much longer', async () => {
  const { runs, read } = await knownReader();
  const long = 'one two three four five six seven eight nine ten eleven';
  await Promise.all(['a photo', long, 'a dog'].map((prompt) => read(prompt)));
  expect(runs).toEqual([['a photo', 'a dog'], [long]]);
});

it('a prompt batch fails at one request alone', async () => {
  const { runs, read } = await knownReader((asked) => (asked.includes('bad') ? new Error('no') : undefined));
  const read4 = await Promise.allSettled(['a', 'bad', 'b', 'c'].map((prompt) => read(prompt)));
  expect(read4.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(runs.map(({ length }) => length)).toEqual([4, 2, 1, 1, 2]);
});

it('a prompt batch reads fewer at a time once the memory did not suffice', async () => {
  const { runs, read } = await knownReader(({ length }) => (length > 2 ? new Error('std::bad_alloc') : undefined));
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((prompt) => read(prompt)));
  expect(runs.map(({ length }) => length)).toEqual([6, 3, 2, 1, 3, 2, 1]);
  await Promise.all(['g'].map((prompt) => read(prompt)));
});

it('a prompt batch reads at once, and alone, what somebody waits for', async () => {
  const { runs, read } = await knownReader();
  await Promise.all([read('a'), read('b'), read('chat', true)]);
  expect(runs).toContainEqual(['chat']);
});

it('a prompt batch reads one by one where decoders cannot be run together', async () => {
  const { runs, read } = await knownReader(() => undefined, false);
  const decoders = await Promise.all(['a', 'b c'].map((prompt) => read(prompt)));
  expect(runs).toEqual([['a'], ['b c']]);
  expect(await decoders[1]?.prefill()).toEqual(await new FakeDecoder(fake, [idsOf('b c')]).prefill());
});
