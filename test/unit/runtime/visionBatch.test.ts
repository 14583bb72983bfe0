/** @file Pictures that are encoded in one run: each gets its own features, and fails alone. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { floatsOf, floatTensor } from '../../../native-models/runtime/graphSession.ts';
import { VisionBatch } from '../../../native-models/runtime/visionBatch.ts';

/** An encoder that doubles the first pixel of each picture of two; `fails` is told what a run is given. */
function encoder(fails: (firsts: readonly number[]) => Error | undefined = () => undefined) {
  const runs: number[] = [];
  const encodeImages = async (pixels: Float32Array) => {
    const firsts = Array.from({ length: pixels.length / 2 }, (_, i) => pixels[2 * i] as number);
    runs.push(firsts.length);
    await nextTurn();
    const failure = fails(firsts);
    if (failure !== undefined) throw failure;
    return floatTensor(
      Float32Array.from(firsts, (first) => 2 * first),
      [firsts.length, 1, 1],
    );
  };
  return { runs, encodeImages };
}

const picture = (first: number) => Float32Array.of(first, 0);

/** One that has seen a picture, and knows that its device is fast. */
async function knownBatch(encode: ReturnType<typeof encoder>, maxPictures: number): Promise<VisionBatch> {
  const batch = new VisionBatch(encode.encodeImages, maxPictures, () => 0);
  await batch.encode(picture(0));
  encode.runs.length = 0;
  return batch;
}

it('a vision batch encodes together what is asked for at the same time, and no more than it may', async () => {
  const encode = encoder();
  const batch = await knownBatch(encode, 3);
  const features = await Promise.all([1, 2, 3, 4, 5].map((first) => batch.encode(picture(first))));
  expect(features.map((one) => [...floatsOf(one)])).toEqual([[2], [4], [6], [8], [10]]);
  expect(features.map(({ dims }) => dims)).toEqual(new Array(5).fill([1, 1, 1]));
  expect(encode.runs).toEqual([3, 2]);
});

it('a vision batch takes with the next run what comes while one goes on', async () => {
  const encode = encoder();
  const batch = await knownBatch(encode, 4);
  const first = batch.encode(picture(1));
  await nextTurn();
  await Promise.all([first, batch.encode(picture(2)), batch.encode(picture(3))]);
  expect(encode.runs).toEqual([1, 2]);
});

it('a vision batch fails at one picture alone', async () => {
  const encode = encoder((firsts) => (firsts.includes(3) ? new Error('no such picture') : undefined));
  const batch = await knownBatch(encode, 4);
  const encoded = await Promise.allSettled([1, 2, 3, 4].map((first) => batch.encode(picture(first))));
  expect(encoded.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(encode.runs).toEqual([4, 2, 2, 1, 1]);
  await batch.encode(picture(5));
});

it('a vision batch encodes fewer at a time once the memory did not suffice', async () => {
  const encode = encoder((firsts) => (firsts.length > 2 ? new Error('std::bad_alloc') : undefined));
  const batch = await knownBatch(encode, 8);
  const encoded = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((first) => batch.encode(picture(first))));
  expect(encoded.map((one) => floatsOf(one)[0])).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(encode.runs).toEqual([8, 4, 2, 2, 4, 2, 2, 2]);
});

it('a vision batch encodes no more at a time than a device does in less than half a second', async () => {
  let nowMs = 0;
  const { runs, encodeImages } = encoder();
  const slow = async (pixels: Float32Array) => {
    nowMs += 190 * (pixels.length / 2);
    return await encodeImages(pixels);
  };
  const batch = new VisionBatch(slow, 8, () => nowMs);
  await Promise.all([1, 2, 3, 4, 5].map((first) => batch.encode(picture(first))));
  expect(runs).toEqual([1, 2, 2]);
});
