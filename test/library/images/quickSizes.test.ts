/** @file The size of pictures that ExifTool does not know: read from their headers, without it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ImageTools, openImageTools } from './imageTools.ts';

let tools: ImageTools;

beforeAll(async () => {
  tools = await openImageTools();
});
afterAll(() => tools[Symbol.asyncDispose]());

/** Numbers of two bytes, lowest first. */
const words = (...values: number[]) => values.flatMap((value) => [value % 256, value >> 8]);

function icon(...sides: readonly number[]): Buffer {
  const bodies = sides.map((side) =>
    Buffer.from([40, 0, 0, 0, ...words(side, 0, 2 * side, 0, 1, 24), ...Array(24).fill(0)]),
  );
  const entries = sides.flatMap((side, index) => [
    ...[side % 256, side % 256, 0, 0, ...words(1, 24, 40, 0, 6 + 16 * sides.length + 40 * index, 0)],
  ]);
  return Buffer.concat([Buffer.from([0, 0, 1, 0, ...words(sides.length), ...entries]), ...bodies]);
}

const qoi = Buffer.from([...Buffer.from('qoif'), 0, 0, 1, 44, 0, 0, 0, 200, 3, 0]);
const targa = Buffer.from([0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...words(300, 200), 24, 0x20]);
const map = (header: string) => Buffer.from(`P7\n${header}\nDEPTH 1\nMAXVAL 255\nENDHDR\n`);

describe('the metadata of a picture', () => {
  it.for([
    ['QOI', 'a.qoi', qoi],
    ['TGA', 'a.tga', targa],
    ['TGA', 'under a wrong name.jpg', targa],
    ['Netpbm', 'a.pam', map('WIDTH 300\n# made by hand\nHEIGHT 200')],
    ['Netpbm', 'a.ppm', Buffer.from('P6\n300 200\n255\n123')],
    ['Windows icon', 'a.ico', icon(16, 200, 48)],
  ] as const)('have its size: %s, %s', async ([format, name, bytes]) => {
    const file = path.join(tools.folder, name);
    await writeFile(file, bytes);
    const shownSize = format === 'Windows icon' ? { width: 200, height: 200 } : { width: 300, height: 200 };
    expect(await tools.metadata.read(file)).toMatchObject({ format, shownSize, warnings: [] });
  });

  it('are refused where the file ends before it', async () => {
    const file = path.join(tools.folder, 'cut off.qoi');
    await writeFile(file, qoi.subarray(0, 10));
    await expect(tools.metadata.read(file)).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  });
});
