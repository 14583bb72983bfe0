/** @file What a histogram counts, and what it comes to in words. */
import { describe, expect, it } from 'vitest';
import { countPixels, emptyHistogram, outlineOf, peakOf, summaryOf } from '../../../renderer/state/photo/histogram.ts';

type Pixel = readonly [number, number, number];

function histogramOf(...pixels: readonly Pixel[]) {
  const histogram = emptyHistogram();
  countPixels(histogram, Uint8ClampedArray.from(pixels.flatMap((pixel) => [...pixel, 255])));
  return histogram;
}

const times = (count: number, pixel: Pixel): Pixel[] => Array.from({ length: count }, () => pixel);

describe('a histogram', () => {
  it('counts each channel and the luminance', () => {
    const { red, green, blue, luminance, pixels } = histogramOf([255, 10, 0], [255, 20, 0]);
    expect(pixels).toBe(2);
    expect([red[255], green[10], green[20], blue[0]]).toEqual([2, 1, 1, 2]);
    expect([luminance[61], luminance[69]]).toEqual([1, 1]);
  });

  it('goes on where the last rows ended', () => {
    const histogram = histogramOf([1, 2, 3]);
    countPixels(histogram, Uint8ClampedArray.from([1, 2, 3, 255]));
    expect([histogram.pixels, histogram.red[1]]).toEqual([2, 2]);
  });

  it('calls clipped what is black or white in every channel', () => {
    const histogram = histogramOf([0, 0, 0], [1, 0, 1], [255, 0, 0], [255, 254, 255], ...times(6, [128, 128, 128]));
    expect(summaryOf(histogram)).toMatchObject({ clippedShadows: 0.2, clippedHighlights: 0.1 });
  });

  it.each([
    ['dark', times(3, [20, 20, 20])],
    ['bright', times(3, [230, 230, 230])],
    ['middle', times(3, [128, 128, 128])],
    ['mixed', [...times(2, [20, 20, 20]), ...times(2, [230, 230, 230])]],
  ] as const)('of these pixels is %s', (tone, pixels) => {
    expect(summaryOf(histogramOf(...pixels, [128, 128, 128])).tone).toBe(tone);
  });

  it('of nothing is no fault', () => {
    expect(summaryOf(emptyHistogram())).toMatchObject({ clippedShadows: 0, clippedHighlights: 0 });
    expect(peakOf(emptyHistogram())).toBe(1);
  });

  it('is as high as what lies between its ends, and spikes at the ends are cut', () => {
    const histogram = histogramOf(...times(9, [0, 0, 0]), ...times(2, [100, 100, 100]));
    expect(peakOf(histogram)).toBe(2);
    const points = outlineOf(histogram.luminance, 2, 72).split('L');
    expect([points[1], points[2], points[101]]).toEqual(['0.5 0.0', '1.5 72.0', '100.5 0.0']);
  });
});
