/** @file Turns a stored picture upright by EXIF's number. Picture process. */
import type { Sharp } from 'sharp';
import type { Rectangle } from './photoPart.ts';

/** Clockwise, after mirroring left and right where the number asks for it. */
const turns: Readonly<Record<number, { readonly mirrored: boolean; readonly degrees: number }>> = {
  2: { mirrored: true, degrees: 0 },
  3: { mirrored: false, degrees: 180 },
  4: { mirrored: true, degrees: 180 },
  5: { mirrored: true, degrees: 270 },
  6: { mirrored: false, degrees: 90 },
  7: { mirrored: true, degrees: 90 },
  8: { mirrored: false, degrees: 270 },
};

/** For a pipeline over plain pixels; sharp mirrors before it rotates. */
export function turnUpright(pipeline: Sharp, orientation: number): Sharp {
  const turn = turns[orientation];
  if (turn === undefined) return pipeline;
  if (turn.mirrored) pipeline.flop();
  return turn.degrees === 0 ? pipeline : pipeline.rotate(turn.degrees);
}

/** The stored size of an upright picture, and the other way round. */
export function storedSize({ width, height }: SidesOf, orientation: number): SidesOf {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

type SidesOf = Pick<Rectangle, 'width' | 'height'>;

/** Where a part of the upright picture lies in the stored one. @param stored its size, in the same pixels */
export function storedRectangle(part: Rectangle, orientation: number, stored: SidesOf): Rectangle {
  const turn = turns[orientation];
  if (turn === undefined) return part;
  const unturned = turnedBack(part, turn.degrees, stored);
  return turn.mirrored ? { ...unturned, left: stored.width - unturned.left - unturned.width } : unturned;
}

function turnedBack({ left, top, width, height }: Rectangle, degrees: number, stored: SidesOf): Rectangle {
  switch (degrees) {
    case 90:
      return { left: top, top: stored.height - left - width, width: height, height: width };
    case 180:
      return { left: stored.width - left - width, top: stored.height - top - height, width, height };
    case 270:
      return { left: stored.width - top - height, top: left, width: height, height: width };
    default:
      return { left, top, width, height };
  }
}
