/** @file A part of a photo, to be looked at pixel by pixel. Pure; both sides of the picture processes. */
import * as z from 'zod';

const length = z.int().min(1);
const offset = z.int().min(0);

export const photoPartSchema = z.object({
  /** In pixels of the upright photo. */
  left: offset,
  top: offset,
  width: length,
  height: length,
  /** Pixels of the photo for each pixel of the picture, in a row. */
  shrink: z.literal([1, 2, 4, 8]),
  /** The upright photo: of what shows fewer pixels (a raw file's preview), the same share is meant. */
  photo: z.object({ width: length, height: length }),
});
export type PhotoPart = z.output<typeof photoPartSchema>;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Four bytes each, once a page has decoded them. */
export const maxPartPixels = 120_000_000;

/** Whether it lies in its photo, and is a picture that a page can show. */
export function isSound({ left, top, width, height, shrink, photo }: PhotoPart): boolean {
  return (
    left + width <= photo.width &&
    top + height <= photo.height &&
    (width / shrink) * (height / shrink) <= maxPartPixels &&
    Math.max(width, height) / shrink <= maxPartPx
  );
}

/** Of a JPEG that browsers and the picture's own decoder take without a limit of their own. */
const maxPartPx = 16_383;

export function isWhole({ left, top, width, height, photo }: PhotoPart): boolean {
  return left === 0 && top === 0 && width === photo.width && height === photo.height;
}
