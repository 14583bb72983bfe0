/** @file What a thumbnail tells of a picture: the hash by which look-alikes are found, and the average colour. Picture process. */
import sharp from '../../../native-models/preprocess/sharp.ts';
import { hashedSide, perceptualHash } from '../photos/perceptualHash.ts';

/** Of a picture of one tone: it is like every other of its kind, so that it counts as like none. */
const noHash = new Uint8Array(0);

export async function looksOf(thumbnail: Uint8Array): Promise<{ hash: Uint8Array; averageColour: number }> {
  const pixels = await sharp(thumbnail).greyscale().resize(hashedSide, hashedSide, { fit: 'fill' }).raw().toBuffer();
  const [red = 0, green = 0, blue = 0] = await sharp(thumbnail).resize(1, 1, { fit: 'fill' }).raw().toBuffer();
  return { hash: perceptualHash(pixels) ?? noHash, averageColour: (red << 16) | (green << 8) | blue };
}
