/** @file Files that are no usable pictures: each refusal has its code and a sentence; nothing ever crashes. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withPictureFile } from '../../../main/library/images/fileHead.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { buildTiff, corners, randomBytes } from './pictures.ts';

async function refusal(source: string | Uint8Array): Promise<ImageError> {
  try {
    await decodeImage(source);
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error('it was decoded');
}

/** A PNG whose header states any size, with hardly any data behind it. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a file is refused', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'vignette-refused-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('when there is none, naming the path in the details', async () => {
    const file = path.join(folder, 'absent.jpg');
    expect(await refusal(file)).toMatchObject({ code: 'IMAGE_NOT_FOUND', details: { path: file } });
  });

  it('when it is a folder', async () => {
    expect(await refusal(folder)).toMatchObject({
      code: 'IMAGE_NOT_A_FILE',
      message: 'This is a folder, not a picture.',
    });
  });

  it.skipIf(process.platform === 'win32')(
    'when it is a pipe, without waiting for a writer (not on Windows)',
    async () => {
      const pipe = path.join(folder, 'pipe.jpg');
      execFileSync('mkfifo', [pipe]);
      expect((await refusal(pipe)).code).toBe('IMAGE_NOT_A_FILE');
    },
  );

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'when it may not be read (not on Windows, nor as root, who may read everything)',
    async () => {
      const file = path.join(folder, 'locked.jpg');
      await writeFile(file, 'x');
      await chmod(file, 0o000);
      expect((await refusal(file)).code).toBe('IMAGE_UNREADABLE');
    },
  );

  it('when it is empty', async () => {
    const file = path.join(folder, 'empty.png');
    await writeFile(file, '');
    expect(await refusal(file)).toMatchObject({ code: 'IMAGE_EMPTY', message: 'This file is empty.' });
  });

  it('when it is no picture at all, whatever its name', async () => {
    const file = path.join(folder, 'letter.jpg');
    await writeFile(file, 'Dear all, this is not a picture.');
    expect((await refusal(file)).code).toBe('IMAGE_NOT_AN_IMAGE');
    expect((await refusal(randomBytes(5000, 1))).code).toBe('IMAGE_NOT_AN_IMAGE');
  });

  it.each([
    ['Git LFS', 'git lfs pull', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n'],
    ['Git LFS', 'git lfs pull', '\uFEFFversion https://git-lfs.github.com/spec/v1\r\noid sha256:00\r\nsize 1\r\n'],
    ['Git LFS', 'git lfs pull', 'version http://git-media.io/v/2\noid sha256:00\nsize 12345\n'],
    ['git-annex', 'git annex get', '/annex/objects/SHA256E-s12345--4d7a.jpg\n'],
    ['Git Xet', 'git xet checkout', '# xet version 0\nfilesize = 12345\n'],
  ])('when it is a pointer of %s, with how to fetch the photo: %s', async (kind, fetch, content) => {
    const file = path.join(folder, 'pointer.jpg');
    await writeFile(file, content);
    const pointer = { code: 'IMAGE_NOT_FETCHED', message: expect.stringContaining(`${kind} pointer`) };
    expect(await refusal(file)).toMatchObject(pointer);
    expect((await refusal(file)).message).toContain(fetch);
    await expect(withPictureFile(file, 0, async () => undefined)).rejects.toMatchObject(pointer);
  });

  it('when it is a link of git-annex to content that is not there', async () => {
    const file = path.join(folder, 'annexed.jpg');
    await symlink('../.git/annex/objects/xW/1k/SHA256E-s12345--4d7a.jpg/SHA256E-s12345--4d7a.jpg', file);
    const pointer = { code: 'IMAGE_NOT_FETCHED', message: expect.stringContaining('git annex get') };
    expect(await refusal(file)).toMatchObject(pointer);
    await expect(withPictureFile(file, 0, async () => undefined)).rejects.toMatchObject(pointer);
    await symlink('../nowhere.jpg', path.join(folder, 'dangling.jpg'));
    expect(await refusal(path.join(folder, 'dangling.jpg'))).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('when its format is known but not read, with what to do about it', async () => {
    const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
    expect(await refusal(heic)).toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: 'Vignette cannot read HEIC files; save a copy as JPEG or PNG.',
      details: { format: 'HEIC' },
    });
  });

  it('when it has no pixels', async () => {
    expect((await refusal(pngOfSize(0, 10))).code).toBe('IMAGE_EMPTY');
    expect((await refusal(Buffer.from('GIF89a\x05\0\0\0\0\0\0;', 'latin1'))).code).toBe('IMAGE_EMPTY');
    const jpeg = await corners(16, 16).jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(0, frame + 5);
    expect((await refusal(jpeg)).code).toBe('IMAGE_EMPTY');
  });

  it('when it would unfold to more pixels than the limit, before it is decoded', async () => {
    const before = process.memoryUsage.rss();
    for (const [width, height] of [
      [60_000, 60_000],
      [2_000_000_000, 2],
    ] as const) {
      const error = await refusal(pngOfSize(width, height));
      expect(['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT']).toContain(error.code);
    }
    expect(await refusal(pngOfSize(60_000, 60_000))).toMatchObject({ details: { width: 60_000, height: 60_000 } });
    const bmp = Buffer.alloc(60);
    bmp.write('BM', 'latin1');
    bmp.writeUInt32LE(40, 14);
    bmp.writeInt32LE(30_000, 18);
    bmp.writeInt32LE(30_000, 22);
    bmp.writeUInt16LE(24, 28);
    expect((await refusal(bmp)).code).toBe('IMAGE_TOO_LARGE');
    expect(process.memoryUsage.rss() - before).toBeLessThan(100e6);
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('when it is a %s that ends early', async (format) => {
    const bytes = await corners(200, 150).toFormat(format).toBuffer();
    const error = await refusal(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    expect(error.code).toBe('IMAGE_CORRUPT');
    expect(error.message).toMatch(/^This file is damaged \(the \w+ ends early\)\.$/);
  });

  it('but not when a JPEG lacks only its end marker', async () => {
    const bytes = await corners(200, 150).jpeg().toBuffer();
    expect(await decodeImage(bytes.subarray(0, -2))).toMatchObject({ width: 200, height: 150 });
  });

  it('when a TIFF promises data beyond its end', async () => {
    const bytes = buildTiff([{ width: 8, height: 8, samples: randomBytes(64, 1), tags: { 273: 5000 } }]);
    expect(await refusal(bytes)).toMatchObject({ message: 'This file is damaged (the TIFF ends early).' });
  });
});

describe('damaged pictures', () => {
  const formats = ['jpeg', 'png', 'webp', 'gif', 'tiff'] as const;

  /** Decodes, or refuses with a code; anything else fails the test. */
  async function survives(bytes: Uint8Array): Promise<boolean> {
    try {
      const { pixels, width, height } = await decodeImage(bytes);
      expect(pixels.length).toBe(width * height * 3);
      return true;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      expect(error.message).toMatch(/\.$/);
      return false;
    }
  }

  it.each(formats)('of the format %s, cut at any length, are decoded or refused', async (format) => {
    const bytes = await corners(48, 32).withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
    expect(await survives(bytes)).toBe(true);
    for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 120)) {
      await survives(bytes.subarray(0, length));
    }
  });

  it.each(formats)('of the format %s, with bits flipped anywhere, are decoded or refused', async (format) => {
    const bytes = await corners(48, 32).withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
    const places = randomBytes(120 * 4, bytes.length);
    for (let i = 0; i < 120; i++) {
      const damaged = Buffer.from(bytes);
      for (const at of [places[i * 4] as number, (places[i * 4 + 1] as number) * 256 + (places[i * 4 + 2] as number)]) {
        const where = at % damaged.length;
        damaged[where] = (damaged[where] as number) ^ (1 << ((places[i * 4 + 3] as number) & 7));
      }
      await survives(damaged);
    }
  });
});
