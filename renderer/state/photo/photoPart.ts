/** @file Which part of a photo is fetched with every pixel while it is looked at closely. Pure; pixels of the upright photo. Renderer only. */
import type { Point, Size, Turn } from './zoom.ts';
import { turnedPoint } from './zoom.ts';

export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** As its address names it. */
export interface PhotoPart extends Rectangle {
  /** Pixels of the photo for each pixel of the picture, in a row. */
  readonly shrink: 1 | 2 | 4 | 8;
}

/** What is quickly made and well held as one picture: then moving it takes nothing more. */
const maxWholePixels = 64_000_000;
const maxWholePx = 16_383;
/** In pixels of the picture: parts begin and end at multiples, so that a small move asks for nothing. */
const gridPx = 512;
const shrinks = [8, 4, 2] as const;

/** What of the photo is seen in the frame. @param placement as zoom.ts has it, of the photo as it is turned */
export function visiblePart(
  { scale, x, y }: Point & { readonly scale: number },
  frame: Size,
  upright: Size,
  turn: Turn,
): Rectangle {
  const seen = turn % 180 === 0 ? upright : { width: upright.height, height: upright.width };
  /** In shares of what is seen. */
  const share = (offset: number, length: number, frameLength: number): readonly [number, number] => {
    const half = frameLength / 2 / (length * scale);
    const middle = 0.5 - offset / (length * scale);
    return [Math.min(1, Math.max(0, middle - half)), Math.min(1, Math.max(0, middle + half))];
  };
  const [left, right] = share(x, seen.width, frame.width);
  const [top, bottom] = share(y, seen.height, frame.height);
  const back: Turn = turn === 90 ? 270 : turn === 270 ? 90 : turn;
  const [a, b] = [turnedPoint({ x: left, y: top }, back), turnedPoint({ x: right, y: bottom }, back)];
  const [x0, x1] = [a.x, b.x].map((at) => Math.round(at * upright.width)).sort((p, q) => p - q) as [number, number];
  const [y0, y1] = [a.y, b.y].map((at) => Math.round(at * upright.height)).sort((p, q) => p - q) as [number, number];
  return { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
}

/** All of it where a page can hold it, else what is seen and a little around it. @param scale device pixels for each pixel of the photo */
export function partFor(visible: Rectangle, photo: Size, scale: number): PhotoPart {
  const isHeldWhole = photo.width * photo.height <= maxWholePixels && Math.max(photo.width, photo.height) <= maxWholePx;
  if (isHeldWhole) return { left: 0, top: 0, ...photo, shrink: 1 };
  const shrink = shrinkFor(scale);
  const grid = gridPx * shrink;
  const [left, right] = gridded(visible.left, visible.left + visible.width, grid, photo.width);
  const [top, bottom] = gridded(visible.top, visible.top + visible.height, grid, photo.height);
  return { left, top, width: right - left, height: bottom - top, shrink };
}

/** No pixel of the screen waits for one. */
function shrinkFor(scale: number): PhotoPart['shrink'] {
  return shrinks.find((shrink) => shrink * scale <= 1) ?? 1;
}

function gridded(from: number, to: number, grid: number, length: number): [number, number] {
  return [Math.max(0, Math.floor(from / grid - 0.5) * grid), Math.min(length, Math.ceil(to / grid + 0.5) * grid)];
}

/** Whether the part shows all of `visible` as sharply as the screen can. */
export function serves(part: PhotoPart, visible: Rectangle, scale: number): boolean {
  const holds = (from: number, length: number, start: number, whole: number): boolean =>
    from >= start && from + length <= start + whole;
  return (
    part.shrink <= shrinkFor(scale) &&
    holds(visible.left, visible.width, part.left, part.width) &&
    holds(visible.top, visible.height, part.top, part.height)
  );
}
