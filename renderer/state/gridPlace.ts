/** @file Where the grid stands: kept while another view shows, and held while photos come and go above it. Pure; renderer only. */
import { type GridLayout, rowOf, rowSizePx } from './gridLayout.ts';

export interface GridPlace {
  readonly photoId: number;
  /** How far its row lies below the upper edge of the window; negative when partly above it. */
  readonly belowTopPx: number;
}

/** Where each row begins. */
export function rowTopsPx(layout: GridLayout, gapPx: number, paddingPx: number): Float64Array {
  const tops = new Float64Array(layout.rowCount);
  let topPx = paddingPx;
  for (let row = 0; row < layout.rowCount; row += 1) {
    tops[row] = topPx;
    topPx += rowSizePx(layout, row) + gapPx;
  }
  return tops;
}

/** The first photo that is wholly in the window, or partly where none is. */
export function placeAt(layout: GridLayout, tops: Float64Array, ids: Uint32Array, scrollPx: number): GridPlace | null {
  if (layout.rowCount === 0) return null;
  let row = 0;
  let high = layout.rowCount - 1;
  while (row < high) {
    const middle = (row + high) >> 1;
    if ((tops[middle] ?? 0) >= scrollPx) high = middle;
    else row = middle + 1;
  }
  const photoId = ids[layout.rowStarts[row] ?? 0];
  return photoId === undefined ? null : { photoId, belowTopPx: (tops[row] ?? 0) - scrollPx };
}

export function scrollFor(layout: GridLayout, tops: Float64Array, index: number, belowTopPx: number): number {
  return Math.max(0, (tops[rowOf(layout, index)] ?? 0) - belowTopPx);
}
