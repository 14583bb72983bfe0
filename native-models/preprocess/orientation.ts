/** @file Finds how a stored picture must be turned: EXIF first, then XMP, as the reference's decoder does. Pure. */
import type { Metadata } from 'sharp';
import type { DecodableFormat } from './imageFormat.ts';

/**
 * The EXIF orientation (1 to 8) that is still to be applied to decoded rows; 1 where there is none or it is invalid.
 * `tagged` is false for a TIFF without the tag, for which the decoder reports 1.
 */
export function orientationOf(format: DecodableFormat, metadata: Metadata, head: Uint8Array, tagged: boolean): number {
  // An AVIF is turned by its own properties, which the decoder has applied; its EXIF only repeats them.
  if (format === 'avif') {
    const turned = /irot|imir/.test(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1'));
    return turned || metadata.exif !== undefined ? 1 : (xmpOrientation(metadata) ?? 1);
  }
  const exif = tagged ? metadata.orientation : undefined;
  return valid(exif ?? xmpOrientation(metadata) ?? 1);
}

function xmpOrientation(metadata: Metadata): number | undefined {
  const found = metadata.xmp?.toString('utf8').match(/tiff:Orientation(?:="|>)\s*([1-8])/);
  return found === null || found === undefined ? undefined : Number(found[1]);
}

function valid(orientation: number): number {
  return Number.isInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1;
}
