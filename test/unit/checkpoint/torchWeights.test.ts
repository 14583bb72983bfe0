/** @file What PyTorch weight files hold is read as it is: views, shared storages, every type, shards, files beyond 4 GB. */
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Checkpoint } from '../../../native-models/checkpoint/checkpoint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import {
  BUILD,
  call,
  dict,
  EMPTY_DICT,
  FALSE,
  int,
  littleEndian,
  MARK,
  named,
  namedOnStack,
  orderedDict,
  pickle,
  SETITEM,
  SETITEMS,
  storage,
  tensor,
  text,
  torchFile,
  tuple,
  zip,
} from './torchFile.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(path.join(folder.path, 'config.json'), '{}');
});
afterEach(() => folder[Symbol.asyncDispose]());

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

async function openWith(content: Uint8Array, name = 'pytorch_model.bin'): Promise<Checkpoint> {
  await writeFile(path.join(folder.path, name), content);
  return Checkpoint.open(folder.path);
}

async function floatsOf(checkpoint: Checkpoint, name: string): Promise<number[]> {
  const bytes = new Uint8Array(checkpoint.entry(name).sizeBytes);
  await checkpoint.read(name, 0, bytes);
  return [...new Float32Array(bytes.buffer)];
}

describe('tensors', () => {
  it('have their names, shapes and the bytes of any part', async () => {
    const table = pickle(
      dict({ a: tensor(storage('0', 4), { shape: [2, 2] }), b: tensor(storage('1', 1), { shape: [] }) }),
    );
    await using checkpoint = await openWith(torchFile(table, [floats(1, 2, 3, 4), floats(5)]));
    expect(checkpoint.tensorNames()).toEqual(['a', 'b']);
    expect(checkpoint.entry('a')).toMatchObject({ dtype: 'F32', shape: [2, 2], sizeBytes: 16 });
    expect(await floatsOf(checkpoint, 'a')).toEqual([1, 2, 3, 4]);
    expect(await floatsOf(checkpoint, 'b')).toEqual([5]);
    const part = new Uint8Array(4);
    await checkpoint.read('a', 8, part);
    expect(new Float32Array(part.buffer)[0]).toBe(3);
    await expect(checkpoint.read('a', 14, part)).rejects.toThrow(RangeError);
  });

  it('may share a storage, each from its own place on', async () => {
    const shared = storage('0', 6);
    const table = pickle(
      dict({
        all: tensor(shared, { shape: [2, 3] }),
        tied: tensor(shared, { shape: [2, 3] }),
        tail: tensor(shared, { offset: 4, shape: [2] }),
        none: tensor(shared, { offset: 6, shape: [0, 3] }),
      }),
    );
    await using checkpoint = await openWith(torchFile(table, [floats(1, 2, 3, 4, 5, 6)]));
    expect(await floatsOf(checkpoint, 'tied')).toEqual(await floatsOf(checkpoint, 'all'));
    expect(await floatsOf(checkpoint, 'tail')).toEqual([5, 6]);
    expect(checkpoint.entry('none').sizeBytes).toBe(0);
  });

  it('may have any step along a dimension of one element', async () => {
    const table = pickle(dict({ a: tensor(storage('0', 2), { shape: [1, 2, 1], strides: [0, 1, 77] }) }));
    await using checkpoint = await openWith(torchFile(table, [floats(1, 2)]));
    expect(await floatsOf(checkpoint, 'a')).toEqual([1, 2]);
  });

  it.each([
    ['FloatStorage', 'F32', 4],
    ['HalfStorage', 'F16', 2],
    ['BFloat16Storage', 'BF16', 2],
    ['DoubleStorage', 'F64', 8],
    ['LongStorage', 'I64', 8],
    ['IntStorage', 'I32', 4],
    ['ShortStorage', 'I16', 2],
    ['CharStorage', 'I8', 1],
    ['ByteStorage', 'U8', 1],
    ['BoolStorage', 'BOOL', 1],
  ])('of a %s are %s', async (type, dtype, elementBytes) => {
    const table = pickle(dict({ a: tensor(storage('0', 3, named('torch', type)), { shape: [3] }) }));
    await using checkpoint = await openWith(torchFile(table, [new Uint8Array(3 * elementBytes)]));
    expect(checkpoint.entry('a')).toMatchObject({ dtype, sizeBytes: 3 * elementBytes });
  });

  it('of an untyped storage bring their own type, and count offsets in it', async () => {
    const bytes = storage('0', 12, named('torch.storage', 'UntypedStorage'));
    const a = call(
      named('torch._utils', '_rebuild_tensor_v3'),
      ...[bytes, int(1), tuple(int(2)), tuple(int(1)), [FALSE], orderedDict, named('torch', 'float32')],
    );
    await using checkpoint = await openWith(torchFile(pickle(dict({ a })), [floats(1, 2, 3)]));
    expect(checkpoint.entry('a').dtype).toBe('F32');
    expect(await floatsOf(checkpoint, 'a')).toEqual([2, 3]);
  });

  it('may be wrapped as parameters', async () => {
    const inner = tensor(storage('0', 2), { shape: [2] });
    const a = call(named('torch._utils', '_rebuild_parameter'), inner, [0x88], orderedDict);
    await using checkpoint = await openWith(torchFile(pickle(dict({ a })), [floats(7, 8)]));
    expect(await floatsOf(checkpoint, 'a')).toEqual([7, 8]);
  });

  it('keep names that are special elsewhere', async () => {
    const one = tensor(storage('0', 1), { shape: [1] });
    const names = ['__proto__', 'constructor', '\uFEFFa', 'ü 写真'];
    const entries = names.flatMap((name) => [...text(name), ...one]);
    const table = pickle([EMPTY_DICT, MARK, ...entries, SETITEMS]);
    await using checkpoint = await openWith(torchFile(table, [floats(1)]));
    expect(checkpoint.tensorNames()).toEqual(names);
  });
});

describe('a table of tensors', () => {
  const a = tensor(storage('0', 1), { shape: [1] });

  it('may be a state_dict: an ordered dictionary with _metadata', async () => {
    const version = [EMPTY_DICT, ...text('version'), ...int(1), SETITEM];
    const metadata = [...orderedDict, ...text(''), ...version, SETITEM];
    const state = [EMPTY_DICT, ...text('_metadata'), ...metadata, SETITEM];
    const table = pickle([...orderedDict, ...text('a'), ...a, SETITEM, ...state, BUILD]);
    await using checkpoint = await openWith(torchFile(table, [floats(3)]));
    expect(checkpoint.tensorNames()).toEqual(['a']);
  });

  it('may be pickled with protocol 4: frames, short texts, names from the stack', async () => {
    const body = [
      ...[EMPTY_DICT, 0x94, 0x8c, 1, 0x61, 0x94],
      ...namedOnStack('torch._utils', '_rebuild_tensor_v2'),
      ...tuple(
        storage('0', 1, namedOnStack('torch', 'FloatStorage')),
        ...[int(0), [...int(1), 0x85], [...int(1), 0x85], [FALSE], orderedDict],
      ),
      ...[0x52, 0x94, SETITEM],
    ];
    const frame = [0x95, ...littleEndian(body.length + 1, 8)];
    await using checkpoint = await openWith(torchFile(pickle([...frame, ...body], 4), [floats(9)]));
    expect(await floatsOf(checkpoint, 'a')).toEqual([9]);
  });
});

describe('the layouts of a folder', () => {
  const one = (name: string, value: number) =>
    torchFile(pickle(dict({ [name]: tensor(storage('0', 1), { shape: [1] }) })), [floats(value)]);
  const index = (map: Record<string, string>) =>
    writeFile(path.join(folder.path, 'pytorch_model.bin.index.json'), JSON.stringify({ weight_map: map }));

  it('shards are read as one', async () => {
    await index({ a: 'pytorch_model-1.bin', b: 'pytorch_model-2.bin' });
    await writeFile(path.join(folder.path, 'pytorch_model-1.bin'), one('a', 1));
    await using checkpoint = await openWith(one('b', 2), 'pytorch_model-2.bin');
    expect(checkpoint.files).toHaveLength(2);
    expect([...(await floatsOf(checkpoint, 'a')), ...(await floatsOf(checkpoint, 'b'))]).toEqual([1, 2]);
  });

  it('a shard that is missing, or holds what the index does not promise, is named', async () => {
    await index({ a: 'pytorch_model-1.bin', b: 'pytorch_model-2.bin' });
    await writeFile(path.join(folder.path, 'pytorch_model-1.bin'), one('a', 1));
    await expect(Checkpoint.open(folder.path)).rejects.toMatchObject({
      code: 'CHECKPOINT_SHARD_MISSING',
      message: expect.stringContaining('pytorch_model-2.bin'),
    });
    await expect(openWith(one('c', 2), 'pytorch_model-2.bin')).rejects.toMatchObject({
      code: 'CHECKPOINT_TENSOR_UNEXPECTED',
      details: expect.objectContaining({ tensor: 'c' }),
    });
  });

  it('safetensors come first when both are there', async () => {
    await writeFile(path.join(folder.path, 'pytorch_model.bin'), 'never looked at');
    const header = Buffer.from('{"s":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32LE(header.length);
    await using checkpoint = await openWith(Buffer.concat([prefix, header, floats(1)]), 'model.safetensors');
    expect(checkpoint.tensorNames()).toEqual(['s']);
  });

  it('records may lie in any folder of the archive, and others beside it', async () => {
    const table = pickle(dict({ a: tensor(storage('0', 1), { shape: [1] }) }));
    const content = zip([
      { name: 'pytorch_model/data/0', data: floats(4) },
      { name: 'pytorch_model/.data/serialization_id', data: Buffer.from('1') },
      { name: 'elsewhere/data/0', data: floats(5) },
      { name: 'pytorch_model/data.pkl', data: table },
    ]);
    await using checkpoint = await openWith(content);
    expect(await floatsOf(checkpoint, 'a')).toEqual([4]);
  });
});

describe.skipIf(process.platform === 'win32')(
  'a file of more than 4 GB (sparse; not on Windows, where it would be real)',
  () => {
    /** As PyTorch writes it: sizes and places in zip64 fields. */
    function zip64Entry(name: string, sizeBytes: number, headerOffset: number): Buffer {
      const entry = Buffer.alloc(46 + name.length + 28, 0);
      entry.write('PK\x01\x02', 'latin1');
      entry.fill(0xff, 20, 28);
      entry.writeUInt16LE(name.length, 28);
      entry.writeUInt16LE(28, 30);
      entry.fill(0xff, 42, 46);
      entry.write(name, 46);
      const extra = entry.subarray(46 + name.length);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      for (const [i, value] of [sizeBytes, sizeBytes, headerOffset].entries())
        extra.writeBigUInt64LE(BigInt(value), 4 + i * 8);
      return entry;
    }

    function zip64End(entries: number, directoryBytes: number, directoryOffset: number): Buffer {
      const end = Buffer.alloc(56 + 20 + 22);
      end.write('PK\x06\x06', 'latin1');
      end.writeBigUInt64LE(44n, 4);
      end.writeBigUInt64LE(BigInt(entries), 24);
      end.writeBigUInt64LE(BigInt(entries), 32);
      end.writeBigUInt64LE(BigInt(directoryBytes), 40);
      end.writeBigUInt64LE(BigInt(directoryOffset), 48);
      end.write('PK\x06\x07', 56, 'latin1');
      end.writeBigUInt64LE(BigInt(directoryOffset + directoryBytes), 64);
      end.writeUInt32LE(1, 72);
      end.write('PK\x05\x06', 76, 'latin1');
      end.fill(0xff, 84, 96);
      return end;
    }

    it('is read at its end without reading what lies before', async () => {
      const file = path.join(folder.path, 'pytorch_model.bin');
      const bigBytes = 5 * 2 ** 30;
      const table = pickle(
        dict({
          big: tensor(storage('0', bigBytes / 4), { shape: [bigBytes / 4096, 1024] }),
          end: tensor(storage('0', bigBytes / 4), { offset: bigBytes / 4 - 1, shape: [1] }),
          after: tensor(storage('1', 2), { shape: [2] }),
        }),
      );
      const records: [string, number][] = [
        ['m/data.pkl', table.length],
        ['m/data/0', bigBytes],
        ['m/data/1', 8],
      ];
      await using handle = await open(file, 'w');
      const directory: Buffer[] = [];
      let position = 0;
      for (const [name, sizeBytes] of records) {
        directory.push(zip64Entry(name, sizeBytes, position));
        const local = Buffer.alloc(30 + name.length);
        local.write('PK\x03\x04', 'latin1');
        local.writeUInt16LE(name.length, 26);
        local.write(name, 30);
        await handle.write(local, 0, local.length, position);
        const start = position + local.length;
        if (name === 'm/data.pkl') await handle.write(table, 0, table.length, start);
        if (name === 'm/data/0') await handle.write(floats(11), 0, 4, start + bigBytes - 4);
        if (name === 'm/data/1') await handle.write(floats(21, 22), 0, 8, start);
        position = start + sizeBytes;
      }
      const listed = Buffer.concat(directory);
      await handle.write(
        Buffer.concat([listed, zip64End(records.length, listed.length, position)]),
        0,
        undefined,
        position,
      );

      await using checkpoint = await Checkpoint.open(folder.path);
      expect(checkpoint.entry('big').sizeBytes).toBe(bigBytes);
      expect(await floatsOf(checkpoint, 'end')).toEqual([11]);
      expect(await floatsOf(checkpoint, 'after')).toEqual([21, 22]);
    });
  },
);
