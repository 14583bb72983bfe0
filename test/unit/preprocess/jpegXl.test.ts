/** @file JPEG XL against the picture that was written; Pillow does not read it. */
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { jxlOrientation } from '../../../native-models/preprocess/magick/jxlFile.ts';
import { fixture as fixtureOf, height, largestDifference, refusal, width, written } from './codecPictures.ts';
import { randomBytes } from './pictures.ts';

const fixture = (name: string) => fixtureOf(`jpegXl/${name}`);

describe('a JPEG XL', () => {
  it.each(['rgb.jxl', 'rgb16.jxl'])('that is lossless has the pixels that were written: %s', async (name) => {
    const image = await decodeImage(await fixture(name));
    expect(image).toMatchObject({ format: 'JPEG XL', width, height, originalWidth: width, orientation: 1 });
    expect(largestDifference(image.pixels, written)).toBe(0);
  });

  it('that is lossy looks like what was written', async () => {
    const { pixels } = await decodeImage(await fixture('lossy.jxl'));
    const difference = pixels.reduce((sum, level, i) => sum + Math.abs(level - (written[i] ?? 999)), 0);
    expect(difference / written.length).toBeLessThan(4);
  });

  it('with transparency lies over white, with exactly the pixels of the same JPEG 2000', async () => {
    const { pixels } = await decodeImage(await fixture('alpha.jxl'));
    const other = await decodeImage(await fixtureOf('jpeg2000/alpha.jp2'));
    expect(largestDifference(pixels, other.pixels)).toBe(0);
    expect(Math.min(...pixels.subarray(0, width * 3))).toBeGreaterThan(240);
  });

  it('is turned as its codestream says', async () => {
    const turned = await fixture('turned.jxl');
    expect(await decodeImage(turned)).toMatchObject({ width, height, orientation: 6 });
    expect(jxlOrientation(turned)).toBe(6);
    expect(jxlOrientation(await fixture('rgb.jxl'))).toBe(1);
    for (const length of [0, 1, 2, 3, 12, 40]) expect(jxlOrientation(turned.subarray(0, length))).toBe(1);
  });

  it('that ends early is refused', async () => {
    const bytes = await fixture('turned.jxl');
    for (const length of [14, 60, Math.floor(bytes.length / 2), bytes.length - 40]) {
      expect((await refusal(bytes.subarray(0, length))).code, `${length}`).toBe('IMAGE_CORRUPT');
    }
  });

  it('that claims to be enormous is refused before it is decoded', async () => {
    // Sides of 30 bits, all of them set.
    const bytes = Buffer.from([0xff, 0x0a, 0xfe, 0xff, 0xff, 0xff, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(['IMAGE_TOO_LARGE', 'IMAGE_CORRUPT']).toContain((await refusal(bytes)).code);
  });

  it('that is damaged anywhere is read or refused', async () => {
    const bytes = await fixture('turned.jxl');
    const places = randomBytes(3 * 16, 11);
    for (let i = 0; i < 16; i++) {
      const damaged = Buffer.from(bytes);
      const at = ((places[3 * i] ?? 0) * 256 + (places[3 * i + 1] ?? 0)) % damaged.length;
      damaged[at] = (damaged[at] ?? 0) ^ (1 << ((places[3 * i + 2] ?? 0) & 7));
      const outcome = await decodeImage(damaged).catch((error: unknown) => error);
      if (!(outcome instanceof ImageError)) expect(outcome).toMatchObject({ format: 'JPEG XL' });
    }
  }, 120_000);
});
