/** @file Checkpoint files that are damaged or made to do harm are refused with the code that says why. */
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { fixturesFolder } from '../../support/referenceFixture.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'config.json'), '{}');
});
afterEach(() => folder[Symbol.asyncDispose]());

interface Header {
  readonly [tensor: string]: {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data_offsets: readonly [number, number];
  };
}

/** A safetensors file with this header (or these raw header bytes) and as many bytes of data. */
function safetensors(header: Header | string, dataBytes: number, claimedBytes?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(claimedBytes ?? BigInt(json.byteLength));
  return Buffer.concat([prefix, json, Buffer.alloc(dataBytes, 1)]);
}

async function openWith(content: Buffer, name = 'model.safetensors'): Promise<Checkpoint> {
  await writeFile(path.join(folder.path, name), content);
  return Checkpoint.open(folder.path);
}

const float = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end] as const,
});

it('a safetensors reader reads names, types, shapes and the bytes of any part of a tensor', async () => {
  await using checkpoint = await openWith(
    safetensors({ b: float(8, 16), a: { dtype: 'BF16', shape: [2, 2], data_offsets: [0, 8] } }, 16),
  );
  expect(checkpoint.tensorNames().toSorted()).toEqual(['a', 'b']);
  expect(checkpoint.entry('a')).toMatchObject({ dtype: 'BF16', shape: [2, 2], sizeBytes: 8 });
  const part = new Uint8Array(4);
  await checkpoint.read('b', 4, part);
  expect([...part]).toEqual([1, 1, 1, 1]);
  await expect(checkpoint.read('b', 6, part)).rejects.toThrow(RangeError);
});

it('a safetensors reader accepts scalars, empty tensors and a __metadata__ entry', async () => {
  const header = { __metadata__: { format: 'pt' }, scalar: float(0, 4, []), empty: float(4, 4, [0, 7]) };
  await using checkpoint = await openWith(safetensors(JSON.stringify(header), 4));
  expect(checkpoint.entry('scalar').shape).toEqual([]);
  expect(checkpoint.entry('empty').sizeBytes).toBe(0);
});

describe('a hostile or damaged header is refused:', () => {
  const refused: readonly (readonly [string, string, Buffer])[] = [
    ['an empty file', 'CHECKPOINT_TRUNCATED', Buffer.alloc(0)],
    ['a header length beyond the file', 'CHECKPOINT_TRUNCATED', safetensors({ a: float(0, 4) }, 4, 5000n)],
    ['a header length of exabytes', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 4) }, 4, 1n << 62n)],
    ['a header that is not JSON', 'CHECKPOINT_HEADER_INVALID', safetensors('{"a":', 4)],
    ['a header that is a list', 'CHECKPOINT_HEADER_INVALID', safetensors('[]', 4)],
    ['a tensor without offsets', 'CHECKPOINT_HEADER_INVALID', safetensors('{"a":{"dtype":"F32","shape":[1]}}', 4)],
    ['a negative dimension', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 4, [-1]) }, 4)],
    ['a fractional dimension', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 4, [0.5, 2]) }, 4)],
    [
      'a shape whose product overflows',
      'CHECKPOINT_HEADER_INVALID',
      safetensors({ a: float(0, 4, [2 ** 40, 2 ** 40]) }, 4),
    ],
    ['offsets that do not fit the shape', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 8, [1]) }, 8)],
    ['offsets in the wrong order', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(4, 0, [1]) }, 4)],
    ['overlapping tensors', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 8), b: float(4, 12) }, 12)],
    ['the same bytes twice', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 8), b: float(0, 8) }, 8)],
    ['a hole between tensors', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 4), b: float(8, 12) }, 12)],
    ['bytes after the last tensor', 'CHECKPOINT_HEADER_INVALID', safetensors({ a: float(0, 4) }, 8)],
    ['offsets beyond the file', 'CHECKPOINT_TRUNCATED', safetensors({ a: float(0, 400) }, 4)],
    [
      'an unknown type',
      'CHECKPOINT_TENSOR_DTYPE',
      safetensors({ a: { dtype: 'F12', shape: [1], data_offsets: [0, 4] } }, 4),
    ],
  ];
  it.each(refused)('%s → %s', async (_, code, content) => {
    await expect(openWith(content)).rejects.toMatchObject({ name: 'CheckpointError', code });
  });

  it('a real file cut off anywhere', async () => {
    const whole = await readFile(path.join(fixturesFolder, 'instructblip-t5', 'model.safetensors'));
    for (const length of [3, 8, 1000, 24_327, 24_328, 400_000, whole.length - 1]) {
      await writeFile(path.join(folder.path, 'model.safetensors'), whole);
      await truncate(path.join(folder.path, 'model.safetensors'), length);
      await expect(Checkpoint.open(folder.path), `${length} bytes`).rejects.toMatchObject({
        code: 'CHECKPOINT_TRUNCATED',
      });
    }
  });
});

it('never takes memory for the header that a file claims to have: it is refused by the claim alone', async () => {
  const claimedBytes = 12_000_000;
  const file = path.join(folder.path, 'model.safetensors');
  await writeFile(file, safetensors('{}', 0, BigInt(claimedBytes)));
  await truncate(file, claimedBytes + 8);
  await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
    code: 'CHECKPOINT_HEADER_INVALID',
    message: expect.stringContaining(`its header claims ${claimedBytes} bytes`),
  });
});

describe('a checkpoint in shards', () => {
  const index = (map: Record<string, string>) =>
    writeFile(
      path.join(folder.path, 'model.safetensors.index.json'),
      JSON.stringify({ metadata: {}, weight_map: map }),
    );
  const shard = (name: string, header: Header, dataBytes: number) =>
    writeFile(path.join(folder.path, name), safetensors(header, dataBytes));

  it('is read as one', async () => {
    await shard('1.safetensors', { a: float(0, 4) }, 4);
    await shard('2.safetensors', { b: float(0, 8) }, 8);
    await index({ a: '1.safetensors', b: '2.safetensors' });
    await using checkpoint = await Checkpoint.open(folder.path);
    expect(checkpoint.tensorNames()).toEqual(['a', 'b']);
    expect(checkpoint.files.map(({ path: file }) => path.basename(file))).toEqual(['1.safetensors', '2.safetensors']);
  });

  it('names the shard that is missing', async () => {
    await shard('1.safetensors', { a: float(0, 4) }, 4);
    await index({ a: '1.safetensors', b: '2.safetensors' });
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
      code: 'CHECKPOINT_SHARD_MISSING',
      message: expect.stringContaining('2.safetensors'),
    });
  });

  it('refuses an index that disagrees with the shards', async () => {
    await shard('1.safetensors', { a: float(0, 4) }, 4);
    await index({ a: '1.safetensors', b: '1.safetensors' });
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({ code: 'CHECKPOINT_TENSOR_MISSING' });
    await shard('1.safetensors', { a: float(0, 4), c: float(4, 8) }, 8);
    await index({ a: '1.safetensors' });
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({ code: 'CHECKPOINT_TENSOR_UNEXPECTED' });
  });

  it('refuses shards whose tensors lie in another one than the index says', async () => {
    await shard('1.safetensors', { a: float(0, 4) }, 4);
    await shard('2.safetensors', { b: float(0, 8) }, 8);
    await index({ a: '2.safetensors', b: '1.safetensors' });
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
      code: 'CHECKPOINT_TENSOR_UNEXPECTED',
      details: { tensor: 'a' },
    });
  });

  it('refuses a tensor that lies in two of them', async () => {
    await shard('1.safetensors', { a: float(0, 4) }, 4);
    await shard('2.safetensors', { a: float(0, 4) }, 4);
    for (const map of [
      { a: '1.safetensors', b: '2.safetensors' },
      { a: '2.safetensors', b: '1.safetensors' },
    ]) {
      await index(map);
      await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({ details: { tensor: 'a' } });
    }
  });

  it('takes a single file before an index that was left behind', async () => {
    await index({ a: 'gone.safetensors' });
    await using checkpoint = await openWith(safetensors({ a: float(0, 4) }, 4));
    expect(checkpoint.tensorNames()).toEqual(['a']);
  });

  it('refuses an index that names files outside the folder', async () => {
    await index({ a: '../elsewhere.safetensors' });
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({ code: 'CHECKPOINT_CONFIG_INVALID' });
  });
});

describe('what is not a checkpoint is told apart:', () => {
  it('no such folder', async () => {
    await expect(Checkpoint.open(path.join(folder.path, 'none'))).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_FOUND',
    });
  });
  it('a file', async () => {
    await expect(Checkpoint.open(path.join(folder.path, 'config.json'))).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
    });
  });
  it('a folder of photos', async () => {
    await rm(path.join(folder.path, 'config.json'));
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
      message: expect.stringContaining('config.json'),
    });
  });
  it('a folder without weights', async () => {
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
      code: 'CHECKPOINT_NOT_A_CHECKPOINT',
      message: expect.stringContaining('neither model.safetensors nor pytorch_model.bin'),
    });
  });
});

it('a safetensors reader follows symbolic links, as a download cache makes them', async () => {
  const blobs = path.join(folder.path, 'blobs');
  const snapshot = path.join(folder.path, 'snapshot');
  await mkdir(blobs);
  await mkdir(snapshot);
  const source = path.join(fixturesFolder, 'instructblip-t5');
  for (const name of ['config.json', 'model.safetensors']) {
    await cp(path.join(source, name), path.join(blobs, name));
    await symlink(path.join(blobs, name), path.join(snapshot, name));
  }
  await using checkpoint = await Checkpoint.open(snapshot);
  expect(checkpoint.tensorNames()).toHaveLength(208);
});
