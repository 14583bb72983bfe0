/** @file CIELab in TIFF and Photoshop files against the colours that Pillow 9.4 (LittleCMS) makes of it. */
import { describe, expect, it } from 'vitest';
import { taggedTiff } from '../../../main/library/images/taggedTiff.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { labToSrgb } from '../../../native-models/preprocess/labColours.ts';
import { displayP3, largestDifference, refusal } from './codecPictures.ts';

/** L of 0 to 255, a and b around 128, as `ImageCms.profileToProfile(…, outputMode='LAB')` gives them. */
const lab = Uint8Array.from(
  [
    [0, 128, 128],
    [255, 128, 128],
    [137, 128, 128],
    [150, 158, 158],
    [144, 124, 91],
    [108, 105, 151],
    [223, 124, 164],
    [89, 160, 111],
  ].flat(),
);
/** The same, back in sRGB. */
const byPillow = Uint8Array.from(
  [
    [1, 0, 1],
    [254, 255, 254],
    [128, 128, 128],
    [200, 120, 91],
    [87, 140, 200],
    [68, 110, 60],
    [230, 220, 150],
    [120, 60, 110],
  ].flat(),
);
const signed = lab.map((level, i) => (i % 3 === 0 ? level : level - 128));
const photometricAt = 10 + 4 * 12 + 8;

/** With a profile, which says nothing about CIELab's numbers. */
async function labTiff(photometric: number, pixels: Uint8Array): Promise<Buffer> {
  const tiff = taggedTiff({ pixels, width: pixels.length / 3, height: 1, channels: 3, profile: await displayP3() });
  tiff.writeUInt16LE(photometric, photometricAt);
  return tiff;
}

describe('CIELab', () => {
  it('becomes the sRGB that Pillow makes of it, within 3 levels', () => {
    expect(largestDifference(labToSrgb(lab, 'offset'), byPillow)).toBeLessThanOrEqual(3);
    expect(labToSrgb(signed, 'signed')).toEqual(labToSrgb(lab, 'offset'));
  });

  it.each([
    ['CIELab', 8, signed],
    ['ICCLab', 9, lab],
  ] as const)('of a TIFF is read: %s', async (_, photometric, levels) => {
    const image = await decodeImage(await labTiff(photometric, levels));
    expect(image).toMatchObject({ format: 'TIFF', width: 8, height: 1, orientation: 1 });
    expect(image.pixels).toEqual(labToSrgb(lab, 'offset'));
  });

  it('of fax machines is refused', async () => {
    expect(await refusal(await labTiff(10, lab))).toMatchObject({
      code: 'IMAGE_UNSUPPORTED',
      message: 'This TIFF stores CIELab colours; Vignette cannot read that: save a copy as PNG or JPEG.',
    });
  });

  it('of a Photoshop file is read', async () => {
    const header = Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x01\0\0\0\x08\0\x08\0\x09', 'latin1');
    const planes = [0, 1, 2].map((channel) => lab.filter((_, i) => i % 3 === channel));
    const file = Buffer.concat([header, Buffer.alloc(12), Buffer.alloc(2), ...planes]);
    expect((await decodeImage(file)).pixels).toEqual(labToSrgb(lab, 'offset'));
  });
});
