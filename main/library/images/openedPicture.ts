/** @file A picture on its way from a photo's file to something smaller. Pure types; picture process. */
import type { SharpOptions } from 'sharp';
import type { PictureRoute } from './pictureRoute.ts';

/** A picture in memory, as sharp takes it. */
export interface DecodedPicture {
  readonly input: Uint8Array;
  readonly options: SharpOptions;
  /** What the numbers of plain pixels are meant in; undefined for sRGB, and where the input says it itself. */
  readonly profile: Uint8Array | undefined;
  /** EXIF's number, still to be applied. */
  readonly orientation: number;
}

export type OpenedPicture =
  | { readonly kind: 'direct'; readonly route: Extract<PictureRoute, { kind: 'direct' }> }
  | ({ readonly kind: 'decoded' } & DecodedPicture);
