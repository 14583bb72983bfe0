/** @file The picture that the fixtures of JPEG 2000 and JPEG XL were made of, and how far another is from it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';

export const [width, height] = [48, 32] as const;

/** @param name with its folder */
export function fixture(name: string): Promise<Buffer> {
  return readFile(path.join(import.meta.dirname, '../../fixtures/images', name));
}

export function pixelsOf(level: (x: number, y: number) => readonly number[]): Uint8Array {
  const rows = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => level(x, y)));
  return Uint8Array.from(rows.flat(2));
}

/** What was written into the fixtures. */
export const written: Uint8Array = pixelsOf((x, y) => [(5 * x) % 256, (8 * y) % 256, (3 * (x + y)) % 256]);

export function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, level, i) => Math.max(largest, Math.abs(level - (b[i] ?? 999))), 0);
}

export async function displayP3(): Promise<Buffer> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } });
  const { icc } = await sharp(await pixel.withIccProfile('p3').png().toBuffer()).metadata();
  if (icc === undefined) throw new Error('the picture has a profile');
  return icc;
}

/** As an EXIF block: nothing but an orientation. */
export function exifWithOrientation(orientation: number): Buffer {
  return Buffer.from([
    0x49,
    0x49,
    42,
    0,
    8,
    0,
    0,
    0,
    1,
    0,
    0x12,
    1,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    ...Array(7).fill(0),
  ]);
}

export async function refusal(file: Uint8Array): Promise<ImageError> {
  const outcome = await decodeImage(file).catch((error: unknown) => error);
  if (outcome instanceof ImageError) return outcome;
  throw new Error('the picture was decoded', { cause: outcome });
}
