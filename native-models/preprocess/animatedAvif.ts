/** @file An animated AVIF as the still picture that it also is. Pure. */

const brandAt = 8;
const animation = 'avis';
const still = 'avif';

/**
 * The same bytes, under the brand of a still picture where they had that of an animation: libvips goes by the first
 * brand and knows only the other. The still picture of an animation is its primary item, the first frame.
 */
export function asStillAvif(bytes: Uint8Array): Uint8Array {
  const brand = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', brandAt, brandAt + 4);
  if (brand !== animation) return bytes;
  const copy = Buffer.from(bytes);
  copy.write(still, brandAt, 'latin1');
  return copy;
}
