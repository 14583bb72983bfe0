/** @file Pillow's bicubic resize: exactness of orientation, and agreement with the definition in floating point. */
import { describe, expect, it } from 'vitest';
import { resizeBicubic } from '../../../native-models/preprocess/resizeBicubic.ts';
import { randomBytes } from './pictures.ts';

interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Turns a picture physically, pixel by pixel, as EXIF defines its eight orientations. */
function turned({ pixels, width, height }: Picture, orientation: number): Picture {
  const swapped = orientation >= 5;
  const out = { width: swapped ? height : width, height: swapped ? width : height };
  const result = new Uint8Array(pixels.length);
  const last = { x: width - 1, y: height - 1 };
  const place: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [last.x - x, y],
    3: (x, y) => [last.x - x, last.y - y],
    4: (x, y) => [x, last.y - y],
    5: (x, y) => [y, x],
    6: (x, y) => [last.y - y, x],
    7: (x, y) => [last.y - y, last.x - x],
    8: (x, y) => [y, last.x - x],
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] = place[orientation]?.(x, y) ?? [0, 0];
      for (let c = 0; c < 3; c++) {
        result[(toY * out.width + toX) * 3 + c] = pixels[(y * width + x) * 3 + c] as number;
      }
    }
  }
  return { pixels: result, ...out };
}

/** The definition, one axis, without fixed point: what an output sample is, in levels before rounding. */
function exactAxis(levels: readonly number[], outputSize: number): number[] {
  const scale = levels.length / outputSize;
  const stretch = Math.max(1, scale);
  return Array.from({ length: outputSize }, (_, i) => {
    let sum = 0;
    let total = 0;
    levels.forEach((level, j) => {
      const d = Math.abs((j + 0.5 - (i + 0.5) * scale) / stretch);
      const near = 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
      const far = -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2;
      const weight = d < 1 ? near : d < 2 ? far : 0;
      sum += weight * level;
      total += weight;
    });
    return sum / total;
  });
}

const sizes: readonly [number, number, number, number][] = [
  [57, 33, 24, 24],
  [40, 90, 13, 29],
  [9, 7, 31, 20],
  [64, 20, 16, 40],
  [1, 5, 8, 8],
];

describe('the bicubic resize', () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`gives for orientation ${orientation} the very bytes that turning the whole picture first gives`, () => {
      for (const [width, height, outputWidth, outputHeight] of sizes) {
        const stored = { pixels: randomBytes(width * height * 3, width), width, height };
        const direct = resizeBicubic(stored, orientation, outputWidth, outputHeight);
        const upright = resizeBicubic(turned(stored, orientation), 1, outputWidth, outputHeight);
        expect(Buffer.from(direct).equals(Buffer.from(upright))).toBe(true);
      }
    });
  }

  it('agrees with the definition of the filter within half a level, along each axis', () => {
    for (const [length, outputLength] of [
      [100, 37],
      [37, 100],
      [500, 16],
      [5, 5],
    ] as const) {
      const pixels = randomBytes(length * 3, length);
      const across = resizeBicubic({ pixels, width: length, height: 1 }, 1, outputLength, 1);
      const down = resizeBicubic({ pixels, width: 1, height: length }, 1, 1, outputLength);
      for (let c = 0; c < 3; c++) {
        const levels = Array.from({ length }, (_, i) => pixels[i * 3 + c] as number);
        exactAxis(levels, outputLength).forEach((exact, i) => {
          const clipped = Math.min(255, Math.max(0, exact));
          expect(Math.abs((across[i * 3 + c] ?? -1) - clipped)).toBeLessThanOrEqual(0.501);
          expect(Math.abs((down[i * 3 + c] ?? -1) - clipped)).toBeLessThanOrEqual(0.501);
        });
      }
    }
  });

  it('leaves a picture that already has the size as it is', () => {
    const pixels = randomBytes(23 * 17 * 3, 5);
    expect(resizeBicubic({ pixels, width: 23, height: 17 }, 1, 23, 17)).toEqual(pixels);
  });

  it('keeps an even colour even, black and white included', () => {
    for (const level of [0, 1, 127, 254, 255]) {
      const pixels = new Uint8Array(301 * 77 * 3).fill(level);
      expect(new Set(resizeBicubic({ pixels, width: 301, height: 77 }, 6, 50, 60))).toEqual(new Set([level]));
    }
  });
});
