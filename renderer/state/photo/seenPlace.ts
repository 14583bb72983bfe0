/** @file In which part of the view a region of the photo is seen. Pure; renderer only. */
import type { Region } from '../../../preload/contract/explaining.ts';
import { type Turn, turnedPoint } from './zoom.ts';

/** Which third of the picture the middle of a region is seen in: row, then column, 0 to 2. */
export function thirdsOf({ left, top, width, height }: Region, turn: Turn): readonly [number, number] {
  const third = (share: number): number => Math.min(2, Math.floor(share * 3));
  const { x, y } = turnedPoint({ x: left + width / 2, y: top + height / 2 }, turn);
  return [third(y), third(x)];
}
