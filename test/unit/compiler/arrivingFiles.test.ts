/** @file Weight files that arrive one by one, in any order, compile to what the whole checkpoint compiles to. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import type { ModelManifest } from '../../../native-models/compiler/manifest.ts';
import type { Precision } from '../../../native-models/quantization/precision.ts';
import { arrivalsOf, type ShardedCheckpoint, shardCheckpoint, type TensorOrder } from '../../support/arrivingFiles.ts';
import { eventually } from '../../support/eventually.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let modelsFolder: string;
let incoming: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  modelsFolder = path.join(folder.path, 'models');
  incoming = path.join(folder.path, 'incoming');
});
afterEach(() => folder[Symbol.asyncDispose]());

const shuffled: TensorOrder = (names) => {
  const random = randomNumbers(7);
  const keys = new Map(names.map((name) => [name, random()]));
  return names.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
};

interface Layout {
  readonly order: TensorOrder;
  readonly shards: (tensors: number) => number;
}
const alphabetic: Layout = { order: (names) => names.toSorted(), shards: () => 3 };
const backwards: Layout = { order: (names) => names.toSorted().reverse(), shards: () => 4 };
const oneTensorEach: Layout = { order: (names) => names, shards: (tensors) => tensors };
const random: Layout = { order: shuffled, shards: () => 7 };

/** Without what says when and under which name it was imported. */
const contents = ({ files, source, selfTest }: ModelManifest) => ({
  files,
  sourceFiles: source.files,
  selfTest,
});

async function importWhole(checkpoint: ShardedCheckpoint, precision: Precision): Promise<ModelManifest> {
  const { whole: source } = checkpoint;
  return await importCheckpoint({ source, modelsFolder, id: 'whole', precision, measuresQuality: false });
}

describe('a checkpoint whose files arrive one by one compiles to the same model:', () => {
  it.each<[string, string, Precision, Layout]>([
    ['instructblip-t5', 'alphabetic', 'int4', alphabetic],
    ['instructblip-t5', 'shuffled', 'int8', random],
    ['instructblip-llama', 'backwards', 'int4', backwards],
    ['blip2-opt', 'shuffled', 'int4', random],
    ['blip2-t5', 'backwards', 'fp16', backwards],
    ['blip-vqa', 'one tensor each', 'fp32', oneTensorEach],
    ['blip-itm', 'shuffled', 'int8', random],
  ])('%s, %s, in %s', async (fixture, _, precision, layout) => {
    const checkpoint = await shardCheckpoint(fixture, folder.path, layout);
    const { arrivals, log } = arrivalsOf(checkpoint, { incoming });
    const source = checkpoint.companions;
    const arrived = await importCheckpoint({ source, modelsFolder, id: 'arrived', precision, arrivals });
    expect(contents(arrived)).toEqual(contents(await importWhole(checkpoint, precision)));
    expect(log.released).toEqual(log.arrived);
    expect(await readdir(incoming)).toEqual([]);
    expect(await readdir(path.join(modelsFolder, 'arrived'))).not.toContainEqual(expect.stringMatching(/^carried/));
    expect(arrived.quality).toEqual(precision.startsWith('int') ? { type: 'notKept' } : undefined);
  });
});

it('an import of arriving files cuts a file shorter as it is compiled, and leaves alone what others need', async () => {
  const checkpoint = await shardCheckpoint('blip2-t5', folder.path, alphabetic);
  const { sizeBytes = 0 } = checkpoint.files[0] ?? {};
  const source = checkpoint.companions;
  // whole before anything is compiled
  await cp(checkpoint.whole, incoming, { recursive: true, filter: (file) => !file.endsWith('.json') });
  const own = arrivalsOf(checkpoint, { incoming });
  await importCheckpoint({ source, modelsFolder, id: 'own', precision: 'int8', arrivals: own.arrivals });
  expect(own.log.cutTo.some((leftBytes) => leftBytes > sizeBytes / 4 && leftBytes < (3 * sizeBytes) / 4)).toBe(true);

  const shared = arrivalsOf(checkpoint, { incoming, cuts: false });
  await importCheckpoint({ source, modelsFolder, id: 'shared', precision: 'int8', arrivals: shared.arrivals });
  expect(shared.log.releasedBytes).toEqual(checkpoint.files.map((file) => file.sizeBytes));
});

describe('a file that has not been checked', () => {
  const importUnchecked = async (checkpoint: ShardedCheckpoint, onWhole: (name: string, writes: number) => void) => {
    let writes = 0;
    const whenWritten = async (name: string) => {
      const before = writes;
      await eventually(() => expect(writes).toBeGreaterThan(before));
      onWhole(name, writes);
    };
    const { arrivals, log } = arrivalsOf(checkpoint, { incoming, onWhole: whenWritten });
    const onProgress = () => {
      writes += 1;
    };
    const options = {
      source: checkpoint.companions,
      modelsFolder,
      id: 'arrived',
      precision: 'int4',
      arrivals,
    } as const;
    return { manifest: await importCheckpoint({ ...options, onProgress }), log };
  };

  it('is compiled already, and let go when it was', async () => {
    const checkpoint = await shardCheckpoint('instructblip-t5', folder.path, alphabetic);
    const written: number[] = [];
    const { manifest } = await importUnchecked(checkpoint, (_, writes) => written.push(writes));
    expect(written).toHaveLength(3);
    expect(written[0]).toBeGreaterThan(0);
    expect(contents(manifest)).toEqual(contents(await importWhole(checkpoint, 'int4')));
  });

  it.each<[string, number]>([
    ['finite numbers', 0x3d],
    ['no numbers', 0xff],
  ])('and proves wrong (%s) leaves nothing in the model', async (_, byte) => {
    const checkpoint = await shardCheckpoint('instructblip-t5', folder.path, alphabetic);
    const [first = '', second = ''] = checkpoint.files.map(({ name }) => name);
    const file = path.join(checkpoint.whole, second);
    const right = await readFile(file);
    await writeFile(file, Buffer.from(right).fill(byte, right.length / 2));
    const wrong = importUnchecked(checkpoint, (name) => {
      if (name === second) throw new Error('other bytes than promised');
    });
    await expect(wrong).rejects.toThrow('other bytes than promised');
    await writeFile(file, right);
    const { manifest, log } = await importUnchecked(checkpoint, () => undefined);
    expect(log.arrived).not.toContain(first);
    expect(contents(manifest)).toEqual(contents(await importWhole(checkpoint, 'int4')));
  });
});

describe('an import whose files arrive', () => {
  const importArriving = (checkpoint: ShardedCheckpoint, options: Partial<Parameters<typeof arrivalsOf>[1]> = {}) => {
    const control = new AbortController();
    const { arrivals, log } = arrivalsOf(checkpoint, { incoming, ...options });
    const start = (abortAfter = Number.POSITIVE_INFINITY) => {
      let writes = 0;
      return importCheckpoint({
        source: checkpoint.companions,
        modelsFolder,
        id: 'arrived',
        precision: 'int4',
        arrivals,
        signal: control.signal,
        onProgress: () => {
          writes += 1;
          if (writes > abortAfter) control.abort();
        },
      });
    };
    return { start, log };
  };

  it('goes on wherever it was stopped, and does without the files that it let go', async () => {
    const checkpoint = await shardCheckpoint('instructblip-t5', folder.path, random);
    const released: string[] = [];
    for (let writes = 10; ; writes += 23) {
      const { start, log } = importArriving(checkpoint);
      const ended = await start(writes).catch(() => undefined);
      expect(log.arrived.filter((name) => released.includes(name))).toEqual([]);
      released.push(...log.released);
      if (ended === undefined) continue;
      expect(contents(ended)).toEqual(contents(await importWhole(checkpoint, 'int4')));
      break;
    }
    expect(released.toSorted()).toEqual(checkpoint.files.map(({ name }) => name));
  });

  it('keeps what it has compiled when the files stop arriving', async () => {
    const checkpoint = await shardCheckpoint('instructblip-t5', folder.path, alphabetic);
    const [first = '', second = ''] = checkpoint.files.map(({ name }) => name);
    const onNext = (name: string) => {
      if (name === second) throw new Error('the network is gone');
    };
    const cut = importArriving(checkpoint, { onNext });
    await expect(cut.start()).rejects.toThrow('the network is gone');
    expect(cut.log.released).toEqual([first]);
    const { start, log } = importArriving(checkpoint);
    expect(contents(await start())).toEqual(contents(await importWhole(checkpoint, 'int4')));
    expect(log.arrived).not.toContain(first);
  });

  it('asks again for the file of a weight that was damaged meanwhile', async () => {
    const checkpoint = await shardCheckpoint('instructblip-t5', folder.path, alphabetic);
    const [, second = '', third = ''] = checkpoint.files.map(({ name }) => name);
    const onNext = (name: string) => {
      if (name === third) throw new Error('the network is gone');
    };
    const cut = importArriving(checkpoint, { onNext });
    await expect(cut.start()).rejects.toThrow('the network is gone');
    const data = path.join(modelsFolder, '.importing-arrived', 'qformer.onnx.data');
    const bytes = await readFile(data);
    bytes.fill(7, bytes.length / 2, bytes.length / 2 + 8);
    await writeFile(data, bytes);
    const { start, log } = importArriving(checkpoint);
    expect(contents(await start())).toEqual(contents(await importWhole(checkpoint, 'int4')));
    expect(log.arrived).toContain(third);
    expect(log.arrived.length).toBeGreaterThan(1);
    expect(cut.log.released).toContain(second);
  });

  it('is refused when the header was another one', async () => {
    const checkpoint = await shardCheckpoint('blip2-t5', folder.path, alphabetic);
    const file = path.join(checkpoint.whole, checkpoint.files[1]?.name ?? '');
    const bytes = await readFile(file);
    bytes.write('X', 20);
    await writeFile(file, bytes);
    await expect(importArriving(checkpoint).start()).rejects.toMatchObject({ code: 'CHECKPOINT_CHANGED' });
  });

  it('is refused when files do not fit the index, before any arrives', async () => {
    const checkpoint = await shardCheckpoint('blip2-t5', folder.path, alphabetic);
    const index = path.join(checkpoint.companions, 'model.safetensors.index.json');
    await writeFile(index, (await readFile(index, 'utf8')).replace('query_tokens', 'query_token'));
    const { start, log } = importArriving(checkpoint);
    await expect(start()).rejects.toMatchObject({ code: 'CHECKPOINT_TENSOR_UNEXPECTED' });
    expect(log.arrived).toEqual([]);
  });
});
