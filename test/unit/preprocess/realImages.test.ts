/**
 * @file Real pictures of cameras, phones and other decoders' test suites, against what Pillow reads from each.
 *
 * The pictures stay outside the repository: VIGNETTE_REAL_IMAGES names their folder (default ../shared/real-images).
 * Every deliberate difference from Pillow is a rule below; docs/images.md gives the same rules in words.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type DecodedImage, decodeImage } from '../../../native-models/preprocess/decodeImage.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { resizeBicubic, swapsSides } from '../../../native-models/preprocess/resizeBicubic.ts';

const usual = path.resolve(import.meta.dirname, '../../../../shared/real-images');
const folder = process.env.VIGNETTE_REAL_IMAGES ?? usual;
const otherSet = path.resolve(folder) !== usual;
const present = existsSync(path.join(folder, 'expected.json'));

const openedSchema = z.object({
  format: z.string(),
  mode: z.string(),
  icc: z.boolean(),
  transparent: z.boolean(),
  orientation: z.int(),
  width: z.int(),
  height: z.int(),
  grid: z.array(z.array(z.array(z.number()))).optional(),
});
type Opened = z.output<typeof openedSchema>;
const expectedSchema = z.record(z.string(), z.union([openedSchema, z.object({ error: z.string() })]));

/** Where our colours rightly differ from Pillow's plain `convert("RGB")`. */
const otherColours: readonly { readonly reason: string; readonly applies: (theirs: Opened) => boolean }[] = [
  { reason: 'an embedded colour profile is applied; Pillow ignores it', applies: ({ icc }) => icc },
  { reason: 'transparency lies over white; Pillow drops it', applies: ({ transparent }) => transparent },
  { reason: '16 bits are scaled; Pillow clips them at 255', applies: ({ mode }) => mode.startsWith('I') },
  {
    reason: 'which channel of a palette is red, a JPEG 2000 says in a box that Pillow passes over',
    applies: ({ format, mode }) => format === 'JPEG2000' && mode === 'P',
  },
  { reason: 'CMYK goes through a profile; Pillow subtracts the inks', applies: ({ mode }) => mode === 'CMYK' },
];

/** What Pillow opens and we refuse: by the sentence that the person reads. */
const refusedByUs: readonly { readonly reason: string; readonly message: RegExp }[] = [
  { reason: 'no decoder for the format yet', message: /^Vignette cannot read .+ files;/ },
  { reason: 'libtiff is built without it', message: /^This TIFF is compressed as (LZMA|old-style JPEG);/ },
  { reason: 'libvips reads no such samples', message: /^This TIFF has 12 bits a channel;/ },
  { reason: 'their black and white are unknown', message: /^This TIFF stores (signed 16-bit|floating-point) numbers/ },
  { reason: 'libvips reads no tiled planes', message: /^This TIFF keeps each colour in tiles of its own;/ },
];

/** Files that Pillow opens although data are missing from a part that it does not look at. */
const damagedForUs = ['decoders/separate_planar_extra_samples.tiff'];

/** Pillow reports how an AVIF's own properties turn it; here the decoder has turned it already. */
const turnedByDecoder = ({ format }: Opened, ours: DecodedImage) => format === 'AVIF' && ours.orientation === 1;

interface Outcome {
  readonly file: string;
  readonly theirs: Opened | undefined;
  readonly ours: DecodedImage | ImageError;
}

function uprightSize(image: DecodedImage): { width: number; height: number } {
  const { originalWidth: width, originalHeight: height } = image;
  return swapsSides(image.orientation) ? { width: height, height: width } : { width, height };
}

/** Pillow's `resize((8, 8), Image.BOX)`: means of whole samples, rounded after each of the two passes. */
function boxGrid(image: DecodedImage): number[][][] {
  const { width, height } = uprightSize(image);
  const pixels = resizeBicubic(image, image.orientation, width, height); // the same size: only turned
  const span = (length: number, i: number): [number, number] => {
    const center = ((i + 0.5) * length) / 8;
    const support = Math.max(1, length / 8) / 2;
    return [Math.max(0, Math.trunc(center - support + 0.5)), Math.min(length, Math.trunc(center + support + 0.5))];
  };
  const across = new Uint8Array(height * 8 * 3);
  for (let i = 0; i < 8; i++) {
    const [from, to] = span(width, i);
    for (let y = 0; y < height; y++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let x = from; x < to; x++) sum += pixels[(y * width + x) * 3 + c] as number;
        across[(y * 8 + i) * 3 + c] = Math.round(sum / (to - from));
      }
    }
  }
  return Array.from({ length: 8 }, (_, j) => {
    const [from, to] = span(height, j);
    return Array.from({ length: 8 }, (_, i) =>
      [0, 1, 2].map((c) => {
        let sum = 0;
        for (let y = from; y < to; y++) sum += across[(y * 8 + i) * 3 + c] as number;
        return Math.round(sum / (to - from));
      }),
    );
  });
}

function gridDistance(a: readonly number[][][], b: readonly number[][][]): number {
  const [left, right] = [a.flat(2), b.flat(2)];
  return left.reduce((largest, level, i) => Math.max(largest, Math.abs(level - (right[i] ?? 999))), 0);
}

describe.skipIf(!present)(
  'real pictures (skipped where VIGNETTE_REAL_IMAGES and ../shared/real-images are absent)',
  () => {
    const outcomes: Outcome[] = [];
    const grids = new Map<string, number>();

    beforeAll(async () => {
      const expected = expectedSchema.parse(JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')));
      for (const [file, row] of Object.entries(expected)) {
        const theirs = 'error' in row ? undefined : row;
        try {
          const image = await decodeImage(path.join(folder, file));
          if (theirs?.grid !== undefined) grids.set(file, gridDistance(boxGrid(image), theirs.grid));
          // The pixels are let go: five hundred pictures at once are no fair measure of memory.
          outcomes.push({ file, theirs, ours: { ...image, pixels: new Uint8Array(0) } });
        } catch (error) {
          if (!(error instanceof ImageError))
            throw new Error(`${file} was neither decoded nor refused`, { cause: error });
          outcomes.push({ file, theirs, ours: error });
        }
      }
    }, 300_000);

    it('are all decoded or refused with a sentence', () => {
      expect(outcomes.length).toBeGreaterThan(0);
      for (const { file, ours } of outcomes) {
        if (ours instanceof ImageError) expect(ours.message, file).toMatch(/^[A-Z].{10,}\.$/);
      }
    });

    it('that Pillow opens are opened too, or refused for a reason on the list', () => {
      const unexplained = outcomes.filter(({ file, theirs, ours }) => {
        if (theirs === undefined || !(ours instanceof ImageError)) return false;
        return !damagedForUs.includes(file) && !refusedByUs.some(({ message }) => message.test(ours.message));
      });
      expect(unexplained.map(({ file, ours }) => `${file}: ${ours instanceof ImageError ? ours.message : ''}`)).toEqual(
        [],
      );
    });

    it('have the same size and orientation', () => {
      for (const { file, theirs, ours } of outcomes) {
        if (theirs === undefined || ours instanceof ImageError) continue;
        expect(uprightSize(ours), file).toEqual({ width: theirs.width, height: theirs.height });
        // Orientations outside 1 to 8 mean nothing, here as there.
        const meant = theirs.orientation >= 1 && theirs.orientation <= 8 ? theirs.orientation : 1;
        if (!turnedByDecoder(theirs, ours)) expect(ours.orientation, file).toBe(meant);
      }
    });

    it('have the same colours, within 3 levels of an 8 × 8 grid, except by rule', () => {
      let compared = 0;
      const different: string[] = [];
      for (const { file, theirs } of outcomes) {
        const distance = grids.get(file);
        if (theirs === undefined || distance === undefined) continue;
        if (otherColours.some(({ applies }) => applies(theirs))) continue;
        compared++;
        if (distance > 3) different.push(`${file}: ${distance}`);
      }
      expect(different).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    });

    it.skipIf(otherSet)('need every rule on the list (skipped where VIGNETTE_REAL_IMAGES names other pictures)', () => {
      const opened = outcomes.flatMap(({ file, theirs }) => (theirs === undefined ? [] : [{ file, theirs }]));
      for (const { reason, applies } of otherColours) {
        const used = opened.some(({ file, theirs }) => applies(theirs) && (grids.get(file) ?? 0) > 3);
        expect(used, reason).toBe(true);
      }
      for (const { reason, message } of refusedByUs) {
        const used = outcomes.some(({ ours }) => ours instanceof ImageError && message.test(ours.message));
        expect(used, reason).toBe(true);
      }
    });

    it('take no more than a few hundred megabytes at a time', () => {
      const peakMb = process.resourceUsage().maxRSS / 1024;
      const refused = outcomes.filter(({ ours }) => ours instanceof ImageError).length;
      console.info(`${outcomes.length} pictures, ${refused} refused, peak ${Math.round(peakMb)} MB resident`);
      expect(peakMb).toBeLessThan(900);
    });
  },
);
