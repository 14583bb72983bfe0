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
  return acrossOf(vision.dims[1] ?? 0);
}

function acrossOf(P: number): number {
  return Math.round(Math.sqrt(P - 1));
}

/** The picture and an empty one, [2, P, D]. @param vision [1, P, D] @param empty [1, P, D] */
export function besideEmpty(vision: Tensor, empty: Tensor): Tensor {
  const [, P = 0, D = 0] = vision.dims;
  const both = new Float32Array(2 * P * D);
  both.set(floatsOf(vision));
  both.set(floatsOf(empty), P * D);
  return floatTensor(both, [2, P, D]);
}

/**
 * A row a view, its patches those of the picture or of the empty one.
 * @param both what was computed of each patch of the picture and of the empty one by itself: [2, …, P, …]
 * @param axis that of the patches
 */
export function layViews(both: Tensor, views: readonly View[], grid: number, axis: 1 | 2): Tensor {
  const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);
  const P = both.dims[axis] ?? 0;
  const [outer, inner] = [product(both.dims.slice(1, axis)), product(both.dims.slice(axis + 1))];
  const size = outer * P * inner;
  const floats = floatsOf(both);
  const [shown, blank] = [floats.subarray(0, size), floats.subarray(size)];
  const cells = cellsOf(acrossOf(P), grid);
  const rows = new Float32Array(views.length * size);
  for (const [v, view] of views.entries()) {
    const row = rows.subarray(v * size, (v + 1) * size);
    row.set(view === 'all' ? shown : blank);
    if (typeof view === 'string') continue;
    for (let o = 0; o < outer; o++)
      for (const [patch, cell] of cells.entries()) {
        const start = (o * P + patch + 1) * inner;
        if (cell === view) row.set(shown.subarray(start, start + inner), start);
      }
  }
  return floatTensor(rows, [views.length, ...both.dims.slice(1)]);
}

/** The cell that each patch lies in. */
function cellsOf(across: number, grid: number): number[] {
  const along = (patch: number): number => Math.floor((patch * grid) / across);
  return Array.from({ length: across * across }, (_, patch) => {
    return along(Math.floor(patch / across)) * grid + along(patch % across);
  });
}
