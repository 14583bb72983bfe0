/** @file Counts the pixels of a picture, a few rows at a time, so that the page goes on meanwhile. Renderer only. */
import { countPixels, emptyHistogram, type Histogram } from './histogram.ts';

const rowsAtOnce = 128;

/** @param address of a picture of this page @throws DOMException where it cannot be shown; the signal's reason */
export async function readHistogram(address: string, signal: AbortSignal): Promise<Histogram> {
  const image = new Image();
  image.src = address;
  await image.decode();
  signal.throwIfAborted();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const histogram = emptyHistogram();
  canvas?.drawImage(image, 0, 0);
  for (let row = 0; canvas !== null && row < height; row += rowsAtOnce) {
    countPixels(histogram, canvas.getImageData(0, row, width, Math.min(rowsAtOnce, height - row)).data);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return histogram;
}
