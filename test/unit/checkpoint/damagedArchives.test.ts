/** @file PyTorch weight files whose zip archive is cut off, inconsistent or of another kind are refused, each with its reason. */
import { describe, expect, it } from 'vitest';
import { refusal, refusalOrNothing } from './refusedWeights.ts';
import { dict, pickle, storage, tensor, type ZipRecord, zip } from './torchFile.ts';

const data = new Uint8Array(64);
const one = tensor(storage('0', 16), { shape: [16] });

describe('an archive that is damaged or hostile is refused:', () => {
  const table = pickle(dict({ a: one }));
  const records: readonly ZipRecord[] = [
    { name: 'm/data.pkl', data: table },
    { name: 'm/data/0', data },
  ];
  const sound = zip(records);
  const withStorage = (claims: NonNullable<ZipRecord['claims']>) =>
    zip([...records.slice(0, 1), { name: 'm/data/0', data, claims }]);
  const patched = (position: number, bytes: readonly number[]) => {
    const copy = Buffer.from(sound);
    copy.set(bytes, position < 0 ? copy.length + position : position);
    return copy;
  };
  const broken: readonly (readonly [string, string, Uint8Array])[] = [
    ['an empty file', 'CHECKPOINT_TRUNCATED', Buffer.alloc(0)],
    ['one cut off in the data', 'CHECKPOINT_TRUNCATED', sound.subarray(0, 200)],
    ['one cut off in the list of records', 'CHECKPOINT_TRUNCATED', sound.subarray(0, -30)],
    ['one with its beginning missing', 'CHECKPOINT_HEADER_INVALID', sound.subarray(30)],
    ['one with bytes after its end', 'CHECKPOINT_HEADER_INVALID', Buffer.concat([sound, Buffer.alloc(5)])],
    ['a deflated record', 'CHECKPOINT_HEADER_INVALID', withStorage({ method: 8 })],
    [
      'a deflated table',
      'CHECKPOINT_HEADER_INVALID',
      zip([{ name: 'm/data.pkl', data: table, claims: { method: 8 } }]),
    ],
    ['a record that claims more than the file has', 'CHECKPOINT_HEADER_INVALID', withStorage({ sizeBytes: 1_000_000 })],
    ['a record shorter than its storage', 'CHECKPOINT_HEADER_INVALID', withStorage({ sizeBytes: 63 })],
    ['a record outside the file', 'CHECKPOINT_HEADER_INVALID', withStorage({ headerOffset: 0xfffffffe })],
    ['a record where there is none', 'CHECKPOINT_HEADER_INVALID', withStorage({ headerOffset: 5 })],
    ['a list of records outside the file', 'CHECKPOINT_HEADER_INVALID', patched(-6, [0xff, 0xff, 0xff, 0x7f])],
    ['more records than are listed', 'CHECKPOINT_HEADER_INVALID', patched(-12, [9, 0])],
    ['no table of tensors', 'CHECKPOINT_HEADER_INVALID', zip(records.slice(1))],
    ['two tables of tensors', 'CHECKPOINT_HEADER_INVALID', zip([...records, { name: 'n/data.pkl', data: table }])],
    ['two records of one name', 'CHECKPOINT_HEADER_INVALID', zip([...records, { name: 'm/data/0', data }])],
    [
      'a record that would lie outside its folder',
      'CHECKPOINT_HEADER_INVALID',
      zip([...records, { name: 'm/../../x', data }]),
    ],
    ['a table that is no pickle', 'CHECKPOINT_HEADER_INVALID', zip([{ name: 'm/data.pkl', data: Buffer.from('{}') }])],
    [
      'numbers in the other byte order',
      'CHECKPOINT_UNSUPPORTED',
      zip([...records, { name: 'm/byteorder', data: Buffer.from('big') }]),
    ],
    ['a picture', 'CHECKPOINT_HEADER_INVALID', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ];
  it.each(broken)('%s → %s', async (_, code, content) => {
    const error = await refusal(content);
    expect(error.code).toBe(code);
    expect(error.message).toContain('pytorch_model.bin');
  });

  it('zip64 places beyond what a number can hold', async () => {
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 'latin1');
    locator.fill(0xff, 8, 16);
    const content = Buffer.concat([sound.subarray(0, -22), locator, sound.subarray(-22)]);
    expect((await refusal(content)).code).toBe('CHECKPOINT_HEADER_INVALID');
  });

  it('the formats of PyTorch before 1.6, with what to do', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('ustar', 257);
    const magic = Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]);
    for (const content of [tar, magic]) {
      expect(await refusal(content)).toMatchObject({
        code: 'CHECKPOINT_UNSUPPORTED',
        message: expect.stringMatching(/before version 1\.6.*save it again.*safetensors/),
      });
    }
  });

  it('a Git LFS pointer, with what to do', async () => {
    const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
    expect(await refusal(pointer)).toMatchObject({ message: expect.stringContaining('git lfs pull') });
  });

  it('a sound file with any of its bytes changed: it opens, or the error is one of ours', async () => {
    const flips = [0xff, 0x01, 0x80];
    let refused = 0;
    for (const [position, byte] of sound.entries()) {
      const changed = patched(position, [byte ^ (flips[position % flips.length] as number)]);
      if ((await refusalOrNothing(changed)) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(sound.length / 3);
  });
});
