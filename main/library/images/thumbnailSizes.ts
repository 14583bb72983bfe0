/** @file The sizes in which thumbnails are made. Pure; both sides of the picture processes. */

/** Long side in pixels: a grid, a grid on a dense screen, one photo on a screen. */
export const thumbnailSizes = [256, 512, 1600] as const;
export type ThumbnailPx = (typeof thumbnailSizes)[number];
