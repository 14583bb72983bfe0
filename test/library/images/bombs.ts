/** @file Small files that claim to be enormous, or that lead a reader in circles. */
import { crc32, deflateSync } from 'node:zlib';
import type { Seed } from './damage.ts';
import { greyJpeg } from './pictures.ts';
import { tiffFile } from './rawFile.ts';

export async function bombs(): Promise<Seed[]> {
  const header = (await greyJpeg(64, 64)).subarray();
  const frameAt = header.indexOf(Buffer.from([0xff, 0xc0]));
  const hugeJpeg = Buffer.from(header);
  hugeJpeg.writeUInt32BE(0xffdc_ffdc, frameAt + 5);
  return [
    { name: 'a PNG of 100,000 × 100,000', bytes: png(100_000, 100_000, Buffer.alloc(64)) },
    { name: 'a PNG of 20,000 × 20,000 black pixels', bytes: png(20_000, 20_000, Buffer.alloc(20_000 * 2501)) },
    { name: 'a PNG of a billion and a few pixels', bytes: png(40_000, 25_001, Buffer.alloc(5000)) },
    { name: 'a JPEG of 65,500 × 65,500', bytes: hugeJpeg },
    { name: 'a JPEG whose EXIF leads back to itself', bytes: withLoop(header) },
    { name: 'a GIF of 65,535 × 65,535', bytes: gif(1) },
    { name: 'a GIF of 200 such frames', bytes: gif(200) },
    { name: 'a TIFF whose directories lead in a circle', bytes: circle() },
    { name: 'a TIFF with a strip of four gigabytes', bytes: tiff(60_000, 60_000) },
    { name: 'a BMP of two billion pixels', bytes: bmp() },
    { name: 'a WebP of 16,384 × 16,384', bytes: webp() },
    { name: 'a JPEG 2000 of 60,000 × 60,000', bytes: jpeg2000(60_000, 60_000, 3) },
    { name: 'a JPEG 2000 of 16,384 components', bytes: jpeg2000(9000, 9000, 16_384) },
  ];
}

/** Black and white, one bit a pixel. */
function png(width: number, height: number, rows: Buffer): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.writeUInt8(1, 8);
  const parts = [chunk('IHDR', size), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function chunk(name: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.byteLength, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

/** A codestream of one tile without data. */
function jpeg2000(width: number, height: number, components: number): Buffer {
  const size = Buffer.alloc(40);
  size.writeUInt16BE(0xff51, 0);
  size.writeUInt16BE(38 + 3 * components, 2);
  for (const at of [6, 22]) {
    size.writeUInt32BE(width, at);
    size.writeUInt32BE(height, at + 4);
  }
  size.writeUInt16BE(components, 38);
  const samples = Buffer.alloc(3 * components, Buffer.from([7, 1, 1]));
  const coding = Buffer.from([0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 1]);
  const steps = Buffer.alloc(16, 0x40);
  const quantization = Buffer.concat([Buffer.from([0xff, 0x5c, 0, 19, 0x40]), steps]);
  const tile = Buffer.from([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xff, 0x93]);
  const [start, end] = [Buffer.from([0xff, 0x4f]), Buffer.from([0xff, 0xd9])];
  return Buffer.concat([start, size, samples, coding, quantization, tile, end]);
}

function gif(frames: number): Buffer {
  const screen = Buffer.from('GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  const frame = Buffer.from(',\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x4c\x01\0', 'latin1');
  return Buffer.concat([screen, ...Array<Buffer>(frames).fill(frame), Buffer.from(';')]);
}

function tiff(width: number, height: number): Buffer {
  return tiffFile([
    [
      { tag: 256, type: 4, value: [width] },
      { tag: 257, type: 4, value: [height] },
      { tag: 258, type: 3, value: [8] },
      { tag: 259, type: 3, value: [1] },
      { tag: 262, type: 3, value: [1] },
      { tag: 273, type: 4, value: { blocks: [1] } },
      { tag: 277, type: 3, value: [1] },
      { tag: 278, type: 4, value: [height] },
      { tag: 279, type: 4, value: [0xffff_ffff] },
    ],
    new Uint8Array(64),
  ]);
}

/** The first directory names itself as the next and as its own sub-directory. */
function circle(): Buffer {
  const file = tiffFile([
    [
      { tag: 256, type: 4, value: [16] },
      { tag: 257, type: 4, value: [16] },
      { tag: 330, type: 4, value: { blocks: [0] } },
      { tag: 34665, type: 4, value: { blocks: [0] } },
    ],
  ]);
  file.writeUInt32LE(8, 8 + 2 + 4 * 12);
  return file;
}

function withLoop(jpeg: Buffer): Buffer {
  const block = circle();
  const head = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  head.writeUInt16BE(8 + block.byteLength, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)]);
}

function bmp(): Buffer {
  const file = Buffer.alloc(120);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(60_000, 18);
  file.writeInt32LE(-40_000, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}

function webp(): Buffer {
  const file = Buffer.alloc(60);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(52, 4);
  file.write('WEBPVP8X', 8, 'latin1');
  file.writeUInt32LE(10, 16);
  file.writeUIntLE(16_383, 24, 3);
  file.writeUIntLE(16_383, 27, 3);
  file.write('VP8L', 30, 'latin1');
  file.writeUInt32LE(10, 34);
  file.writeUInt8(0x2f, 38);
  file.writeUInt32LE(0x0fff_ffff, 39);
  return file;
}
