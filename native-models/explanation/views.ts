/**
 * @file What a model is shown of a picture to find out which parts of it a word comes from: all of it, nothing, and each
 * cell of a grid alone, laid into the features of an empty picture. Cells shown alone tell more than cells hidden: of three
 * red tents, one that is hidden is hardly missed.
 *
 * The insertion of Petsiuk and others, arXiv:1806.07421, section 4.3, of features in the place of pixels: the vision encoder
 * runs once. P picture tokens, the class token first · D size of one
 */
import { floatsOf, floatTensor, type Tensor } from '../runtime/graphSession.ts';

/** A number is a cell of the grid, row by row. */
export type View = 'all' | 'nothing' | number;

export function viewsOf(grid: number): View[] {
  return ['all', 'nothing', ...Array.from({ length: grid * grid }, (_, cell) => cell)];
}

/** Patches in a row of the picture. @param vision the vision encoder's output, [1, P, D] */
export function patchesAcross(vision: Tensor): number {
  return Math.round(Math.sqrt((vision.dims[1] ?? 0) - 1));
}

/**
 * A row a view, [views, P, D]
 * @param vision of one picture, [1, P, D]
 * @param empty of a picture with nothing on it, [1, P, D]
 */
export function viewFeatures(vision: Tensor, empty: Tensor, views: readonly View[], grid: number): Tensor {
  const [, P = 0, D = 0] = vision.dims;
  const [shown, blank] = [floatsOf(vision), floatsOf(empty)];
  const cells = cellsOf(patchesAcross(vision), grid);
  const rows = new Float32Array(views.length * P * D);
  for (const [v, view] of views.entries()) {
    const row = rows.subarray(v * P * D, (v + 1) * P * D);
    row.set(view === 'all' ? shown : blank);
    for (const [patch, cell] of cells.entries()) {
      const start = (patch + 1) * D;
      if (cell === view) row.set(shown.subarray(start, start + D), start);
    }
  }
  return floatTensor(rows, [views.length, P, D]);
}

/** The cell that each patch lies in. */
function cellsOf(across: number, grid: number): number[] {
  const along = (patch: number): number => Math.floor((patch * grid) / across);
  return Array.from({ length: across * across }, (_, patch) => {
    return along(Math.floor(patch / across)) * grid + along(patch % across);
  });
}
