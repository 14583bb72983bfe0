/** @file The sizes in which thumbnails are made. Pure; both sides of the picture processes. */

/**
 * Long side in pixels: a grid, a grid on a dense screen, one photo on a screen, every pixel of most cameras, and of nearly
 * all.
 */
export const thumbnailSizes = [256, 512, 1600, 8192, 16_383] as const;
export type ThumbnailPx = (typeof thumbnailSizes)[number];

/** Larger ones are made anew: a few hundred of them would leave no room for the small ones, which are always wanted. */
export const maxKeptPx = 1600;

/** What they are: WebP has no room for the headers of a large picture with much detail, and libwebp gives up. */
export function pictureTypeOf(sizePx: ThumbnailPx): 'image/webp' | 'image/jpeg' {
  return sizePx > maxKeptPx ? 'image/jpeg' : 'image/webp';
}
