/** @file The sizes in which thumbnails are made. Pure; both sides of the picture processes. */

/** Long side in pixels: a grid, a grid on a dense screen, one photo on a screen. */
export type ThumbnailPx = 256 | 512 | 1600;
export const thumbnailSizes: readonly ThumbnailPx[] = [256, 512, 1600];
