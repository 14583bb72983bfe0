/** @file How a photo lies in its frame: fitted, enlarged, moved. Pure; lengths in CSS pixels, measured from the middle of the frame. Renderer only. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** In degrees, clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** `scale` is CSS pixels for each pixel of the photo; `x` and `y` say where its middle lies. */
export interface Placement extends Point {
  readonly scale: number;
}

const turns: readonly Turn[] = [0, 90, 180, 270];

export function turnedBy(turn: Turn, quarters: number): Turn {
  return turns.at((turns.indexOf(turn) + quarters) % turns.length) ?? 0;
}

/** The sides as they are seen. */
export function turned({ width, height }: Size, turn: Turn): Size {
  return turn % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** Where a point of the photo is seen; in shares of width and height. */
export function turnedPoint({ x, y }: Point, turn: Turn): Point {
  switch (turn) {
    case 0:
      return { x, y };
    case 90:
      return { x: 1 - y, y: x };
    case 180:
      return { x: 1 - x, y: 1 - y };
    case 270:
      return { x: y, y: 1 - x };
  }
}

/** Past this a photo is squares, and no longer a photo. */
const largestScale = 8;
const stepFactor = 1.4;
/** Around the fitted photo, so that its edges are seen. */
const marginPx = 12;

/** Long side of the picture of one photo for a screen. */
export const screenPx = 1600;

/** Whether the screen shows clearly more pixels than a picture of that long side has. @param scale device pixels for each pixel of the photo */
export function isCoarse(photo: Size, picturePx: number, scale: number): boolean {
  const longPx = Math.max(photo.width, photo.height);
  return longPx > picturePx && longPx * scale > picturePx * 1.05;
}

/** The whole photo, as large as the frame allows; small ones are enlarged, but not into blocks. */
export function fitted(photo: Size, frame: Size): Placement {
  const scaleOf = (photoLength: number, frameLength: number): number =>
    Math.max(1, frameLength - 2 * marginPx) / photoLength;
  const scale = Math.min(scaleOf(photo.width, frame.width), scaleOf(photo.height, frame.height), largestScale / 2);
  return { scale, x: 0, y: 0 };
}

/** Between the whole photo (or its own size, where that is smaller) and a few pixels. */
function boundedScale(scale: number, photo: Size, frame: Size): number {
  return Math.min(Math.max(scale, Math.min(fitted(photo, frame).scale, 1)), largestScale);
}

/** A photo smaller than the frame is in its middle; the edge of a larger one cannot be pulled into view past the frame's. */
function boundedOffset(offset: number, photoLength: number, frameLength: number): number {
  const play = Math.max(0, (photoLength - frameLength) / 2);
  return Math.min(Math.max(offset, -play), play);
}

export function bounded(placement: Placement, photo: Size, frame: Size): Placement {
  const scale = boundedScale(placement.scale, photo, frame);
  return {
    scale,
    x: boundedOffset(placement.x, photo.width * scale, frame.width),
    y: boundedOffset(placement.y, photo.height * scale, frame.height),
  };
}

/** What of a photo is seen, whatever its size and its frame's are. */
export interface SeenPart extends Point {
  /** How many times larger than fitted. */
  readonly times: number;
}

/** `x` and `y` say how far its middle is from the frame's, in shares of its sides. */
export function seenPart({ scale, x, y }: Placement, photo: Size, frame: Size): SeenPart {
  return { times: scale / fitted(photo, frame).scale, x: x / (photo.width * scale), y: y / (photo.height * scale) };
}

/** Shows that part of another photo, as far as its size lets it. */
export function placedAs({ times, x, y }: SeenPart, photo: Size, frame: Size): Placement {
  const scale = boundedScale(fitted(photo, frame).scale * times, photo, frame);
  return bounded({ scale, x: x * photo.width * scale, y: y * photo.height * scale }, photo, frame);
}

/** Enlarges by the factor; what lies at the point stays there as far as the edges let it. */
export function zoomedAt(placement: Placement, factor: number, at: Point, photo: Size, frame: Size): Placement {
  const scale = boundedScale(placement.scale * factor, photo, frame);
  const ratio = scale / placement.scale;
  return bounded(
    { scale, x: at.x - (at.x - placement.x) * ratio, y: at.y - (at.y - placement.y) * ratio },
    photo,
    frame,
  );
}

export function movedBy(placement: Placement, by: Point, photo: Size, frame: Size): Placement {
  return bounded({ ...placement, x: placement.x + by.x, y: placement.y + by.y }, photo, frame);
}

/** One press of + or −. */
export function stepZoom(placement: Placement, direction: 1 | -1, photo: Size, frame: Size): Placement {
  return zoomedAt(placement, stepFactor ** direction, { x: 0, y: 0 }, photo, frame);
}

/** What a wheel or a pinch on a touchpad asks for. A pinch arrives as a wheel with the control key, in small steps. */
export function wheelFactor(deltaY: number, deltaMode: number, isPinch: boolean): number {
  const linePx = 16;
  const pagePx = 400;
  const px = deltaY * (deltaMode === 1 ? linePx : deltaMode === 2 ? pagePx : 1);
  return Math.exp(-px * (isPinch ? 0.01 : 0.0016));
}
