/**
 * @file Photos that say nothing which a sidecar would have to say, too: they are told without ExifTool, and it has to agree.
 *
 * The pictures stay outside the repository: VIGNETTE_REAL_IMAGES names their folder (default ../shared/real-images).
 */
import { existsSync } from 'node:fs';
import { glob, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import * as z from 'zod';
import { startExifTool } from '../../../main/library/files/exifTool.ts';
import { embeddedSources } from '../../../main/library/interchange/embeddedSources.ts';
import { embeddedXmp } from '../../../main/library/interchange/embeddedXmp.ts';
import { headOfJpeg, isSilentJpeg } from '../../../main/library/interchange/silentPhoto.ts';
import { isCameraText } from '../../../main/library/text/cameraText.ts';
import { it as test } from '../../support/fixtures.ts';

const photos = process.env.VIGNETTE_REAL_IMAGES ?? path.resolve(import.meta.dirname, '../../../../shared/real-images');
const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#3366aa' } })
  .jpeg()
  .toBuffer();

// biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern what a fixture needs.
const it = test.extend('exifTool', async ({}, { onCleanup }) => {
  const exifTool = await startExifTool('This test needs');
  onCleanup(() => exifTool.end());
  return exifTool;
});

async function isSilentPhoto(photo: string): Promise<boolean> {
  const head = await headOfJpeg(photo);
  return head !== undefined && isSilentJpeg(head);
}

/** Cameras leave room for texts, and begin with no stars. */
function isSaid(name: string, value: unknown): boolean {
  return String(value).trim() !== '' && !(name === 'XMP-xmp:Rating' && value === 0);
}

const tagsSchema = z.record(z.string(), z.unknown());

it.skipIf(!existsSync(photos))(
  'are those of which ExifTool has nothing to copy: of real cameras (where VIGNETTE_REAL_IMAGES or ../shared/real-images are)',
  { timeout: 120_000 },
  async ({ folder, exifTool }) => {
    const silent: string[] = [];
    for await (const file of glob('{cameras,metadata}/**/*.{jpg,JPG,jpeg}', { cwd: photos })) {
      if (await isSilentPhoto(path.join(photos, file))) silent.push(path.join(photos, file));
    }
    expect(silent.length).toBeGreaterThan(30);
    for (let first = 0; first < silent.length; first += 16) {
      const some = silent.slice(first, first + 16);
      const work = path.join(folder.path, `${first}`);
      await mkdir(work);
      for (const [index, xmp] of (await embeddedXmp(exifTool, work, some, embeddedSources)).entries()) {
        if (xmp === undefined) continue;
        const sidecar = path.join(folder.path, 'found.xmp');
        await writeFile(sidecar, xmp);
        const tags = tagsSchema.parse(await exifTool.readRaw(sidecar, ['-XMP:all', '-G1', '--XMPToolkit']));
        const said = Object.entries(tags).filter(([name, value]) => name.startsWith('XMP-') && isSaid(name, value));
        const isCameras = said.every(
          ([name, value]) => name === 'XMP-dc:Description' && isCameraText(String(value).trim()),
        );
        expect(isCameras, `${some[index]}: ${JSON.stringify(said)}`).toBe(true);
      }
    }
  },
);

it.for([
  ['EXIF:ImageDescription', 'OLYMPUS DIGITAL CAMERA', true],
  ['EXIF:ImageDescription', 'by Ann', false],
  ['EXIF:Artist', 'Ann', false],
  ['EXIF:Copyright', 'Ann', false],
  ['EXIF:UserComment', 'a boat', false],
  ['EXIF:XPTitle', 'a boat', false],
  ['EXIF:Rating', '0', true],
  ['EXIF:Rating', '3', false],
  ['EXIF:Make', 'Canon', true],
  ['EXIF:GPSLatitude', '12', true],
  ['XMP:Label', 'Red', false],
  ['IPTC:Keywords', 'boat', false],
  ['Comment', 'made by a camera', true],
] as const)('by %s, %s: %s', async ([tag, value, isSilent], { folder, exifTool }) => {
  const file = path.join(folder.path, 'a.jpg');
  await writeFile(file, picture);
  expect(await isSilentPhoto(file)).toBe(true);
  await exifTool.write(file, { [tag]: value }, { writeArgs: ['-overwrite_original'] });
  expect(await isSilentPhoto(file)).toBe(isSilent);
});

it('are not taken for such where they end early, or after the picture something follows', async ({ folder }) => {
  const begins = picture.indexOf(Buffer.from([0xff, 0xda]));
  expect(isSilentJpeg(picture)).toBe(true);
  for (let end = 0; end < begins; end += 7) expect(isSilentJpeg(picture.subarray(0, end)), String(end)).toBe(false);
  const file = path.join(folder.path, 'a.jpg');
  await writeFile(file, Buffer.concat([picture, Buffer.alloc(100)]));
  expect(await isSilentPhoto(file)).toBe(true);
  await writeFile(file, Buffer.concat([picture, Buffer.from('a trailer')]));
  expect(await isSilentPhoto(file)).toBe(false);
  await expect(isSilentPhoto(path.join(folder.path, 'missing.jpg'))).rejects.toMatchObject({ code: 'ENOENT' });
});
