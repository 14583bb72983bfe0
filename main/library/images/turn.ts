/** @file Turns a stored picture upright by EXIF's number. Picture process. */
import type { Sharp } from 'sharp';

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
