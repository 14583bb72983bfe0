/**
 * @file Real photos of cameras and phones: their thumbnails, and their metadata against what ExifTool reads.
 *
 * The pictures stay outside the repository: VIGNETTE_REAL_IMAGES names their folder (default ../shared/real-images).
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { LazyExifTool } from '../../../main/library/files/exifTool.ts';
import { withPlaceNear } from '../../../main/library/images/fileInfo/gpsPlace.ts';
import { interpretTags } from '../../../main/library/images/interpretTags.ts';
import { MetadataReader } from '../../../main/library/images/metadataReader.ts';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type ImageTools, openImageTools } from './imageTools.ts';
import { contentOf, shown } from './pictures.ts';

const usual = path.resolve(import.meta.dirname, '../../../../shared/real-images');
const folder = process.env.VIGNETTE_REAL_IMAGES ?? usual;
const otherSet = path.resolve(folder) !== usual;
const present = existsSync(path.join(folder, 'expected.json'));

/** `exiftool -n -j`: without groups or any choice of ours. */
const plainSchema = z.looseObject({
  DateTimeOriginal: z.unknown().optional(),
  DateCreated: z.unknown().optional(),
  CreateDate: z.unknown().optional(),
  GPSLatitude: z.unknown().optional(),
  GPSLongitude: z.unknown().optional(),
  Make: z.unknown().optional(),
  Model: z.unknown().optional(),
  Orientation: z.unknown().optional(),
});

interface Photo {
  readonly file: string;
  readonly metadata: PhotoMetadata;
  readonly plain: z.output<typeof plainSchema>;
  readonly thumbnail: { readonly width: number; readonly height: number } | ImageError;
}

/** Made to test ExifTool: blocks of several cameras in one file, of which ours is the one in the standard's place. */
const severalCameras = ['metadata/ExifTool.jpg', 'metadata/Writer.jpg'];
/** Its IPTC stands in a trailer (AFCP) of the last century; looking for one would mean to read every JPEG to its end. */
const onlyInTrailer = ['metadata/AFCP.jpg'];
/** To the models' decoder the thumbnail at its beginning is a TIFF; the library looks for the preview. */
const rawTakenForTiff = ['IIQ'];

/** As ISO writes it; undefined for a day that no calendar has. */
function meaningfulDate(value: unknown): string | undefined {
  const [, year, month, day, time] = /^(\d{4}):(\d{2}):(\d{2})(?: (\d{2}:\d{2}:\d{2}))?/.exec(String(value)) ?? [];
  if (year === undefined || Number(year) === 0 || Number(month) === 0 || Number(day) === 0) return undefined;
  return `${year}-${month}-${day}${time === undefined ? '' : `T${time}`}`;
}

describe.skipIf(!present)(
  'real photos (skipped where VIGNETTE_REAL_IMAGES and ../shared/real-images are absent)',
  () => {
    let tools: ImageTools;
    const photos: Photo[] = [];
    const refused: ImageError[] = [];

    beforeAll(async () => {
      tools = await openImageTools();
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(json|py|md|xmp)$/.test(entry.name))
        .map((entry) => path.join(entry.parentPath, entry.name));
      const exifTool = await tools.exifTool.get();
      await Promise.all(
        files.map(async (file) => {
          try {
            const metadata = await tools.metadata.read(file);
            const readArgs = ['-n', ...Object.keys(plainSchema.shape).map((tag) => `-${tag}`)];
            const plain = plainSchema.parse(await exifTool.readRaw(file, { readArgs, useMWG: false }));
            photos.push({ file: path.relative(folder, file), metadata, plain, thumbnail: await thumbnailOf(file) });
          } catch (error) {
            if (!(error instanceof ImageError))
              throw new Error(`${file} was neither read nor refused`, { cause: error });
            refused.push(error);
          }
        }),
      );
    }, 300_000);
    afterAll(() => tools[Symbol.asyncDispose]());

    async function thumbnailOf(file: string): Promise<Photo['thumbnail']> {
      try {
        const { width, height } = await shown(await tools.thumbnails.get(await contentOf(file), 256));
        return { width, height };
      } catch (error) {
        if (error instanceof ImageError) return error;
        throw error;
      }
    }

    it('each have metadata or a reason', () => {
      expect(photos.length).toBeGreaterThan(0);
      for (const error of refused) expect(error.message).toMatch(/^[A-Z].{10,}\.$/);
    });

    it('have the date that ExifTool reads', () => {
      let compared = 0;
      for (const { file, metadata, plain } of photos) {
        if (severalCameras.includes(file) || onlyInTrailer.includes(file)) continue;
        // DateCreated is the day of the picture, CreateDate the moment of the scan: the former goes first.
        const dates = [plain.DateTimeOriginal, plain.DateCreated, plain.CreateDate].map(meaningfulDate);
        const expected = dates.find((date) => date !== undefined);
        if (expected === undefined) continue;
        compared += 1;
        expect(metadata.takenAt?.local.slice(0, expected.length), file).toBe(expected);
      }
      expect(compared).toBeGreaterThan(0);
    });

    it('have the position that ExifTool reads', () => {
      let compared = 0;
      for (const { file, metadata, plain } of photos) {
        const { GPSLatitude: latitude, GPSLongitude: longitude } = plain;
        if (typeof latitude !== 'number' || typeof longitude !== 'number') continue;
        compared += 1;
        if (latitude === 0 && longitude === 0) expect(metadata.position, file).toBeNull();
        else {
          expect(metadata.position?.latitude, file).toBeCloseTo(latitude, 6);
          expect(metadata.position?.longitude, file).toBeCloseTo(longitude, 6);
        }
      }
      expect(compared).toBeGreaterThan(0);
    });

    it('have the camera that ExifTool reads', () => {
      let compared = 0;
      for (const { file, metadata, plain } of photos) {
        for (const [ours, theirs] of [
          [metadata.camera.make, plain.Make],
          [metadata.camera.model, plain.Model],
        ] as const) {
          const expected = theirs === undefined ? '' : String(theirs).trim();
          if (expected === '' || severalCameras.includes(file)) continue;
          compared += 1;
          expect(ours, file).toBe(expected);
        }
      }
      expect(compared).toBeGreaterThan(0);
    });

    it('have the orientation that ExifTool reads, and HEIF pictures that of their properties', () => {
      for (const { file, metadata, plain } of photos) {
        if (['HEIC', 'HEIF', 'AVIF'].includes(metadata.format) || typeof plain.Orientation !== 'number') continue;
        const isValid = plain.Orientation >= 1 && plain.Orientation <= 8;
        expect(metadata.orientation, file).toBe(isValid ? plain.Orientation : 1);
      }
    });

    it('are shown in the size that their metadata promise', () => {
      let compared = 0;
      for (const { file, metadata, thumbnail } of photos) {
        if (thumbnail instanceof ImageError || metadata.shownSize === null) continue;
        const { width, height } = metadata.shownSize;
        const scale = Math.min(1, 256 / Math.max(width, height));
        compared += 1;
        expect(Math.abs(thumbnail.width - width * scale), file).toBeLessThan(1.01);
        expect(Math.abs(thumbnail.height - height * scale), file).toBeLessThan(1.01);
      }
      expect(compared).toBeGreaterThan(0);
    });

    it('are shown wherever the models can see them, and refused for the same reason', async () => {
      for (const { file, metadata, thumbnail } of photos) {
        if (rawTakenForTiff.includes(metadata.format)) continue;
        const forModels = await decodeImage(path.join(folder, file)).catch((error: unknown) => error);
        if (!(forModels instanceof ImageError)) expect(thumbnail, file).not.toBeInstanceOf(ImageError);
        else if (forModels.code !== 'IMAGE_UNSUPPORTED')
          expect(thumbnail, file).toMatchObject({ code: forModels.code });
      }
    }, 120_000);

    it.skipIf(otherSet)('of phones in HEIC are shown (skipped where VIGNETTE_REAL_IMAGES names other pictures)', () => {
      const heic = photos.filter(({ metadata }) => metadata.format === 'HEIC');
      expect(heic.length).toBeGreaterThan(2);
      const notShown = heic.filter(({ thumbnail }) => thumbnail instanceof ImageError).map(({ file }) => file);
      // Cut to its metadata.
      expect(notShown).toEqual(['metadata/QuickTime.heic']);
    });

    it('that are read without ExifTool say exactly what ExifTool says', async () => {
      class NoExifTool extends LazyExifTool {
        override get(): Promise<never> {
          return Promise.reject(new RangeError('not the quick way'));
        }
      }
      await using none = new NoExifTool('Nothing needs');
      const quickly = new MetadataReader(none);
      let compared = 0;
      for (const { file, metadata } of photos) {
        const full = path.join(folder, file);
        const quick = await quickly.read(full).catch((error: unknown) => error);
        if (quick instanceof RangeError) continue;
        compared += 1;
        const tags = await tools.metadata.readThoroughly(full, metadata.format);
        const thorough = await withPlaceNear(interpretTags(tags, metadata.format));
        expect(quick, file).toEqual({ ...thorough, warnings: [] });
      }
      expect(compared).toBeGreaterThan(0);
      console.info(`${compared} of ${photos.length} were read without ExifTool`);
    });
  },
);
