/** @file Where each photo of the grid lies: squares in columns, or rows of one height filled from side to side; and where the grid stands. Pure; renderer only. */

export interface GridOptions {
  readonly mode: 'square' | 'justified';
  readonly count: number;
  /** Width divided by height; 0 where it is not known. */
  readonly aspects: Float32Array;
  readonly widthPx: number;
  /** Wished for height of a photo. */
  readonly sizePx: number;
  readonly gapPx: number;
  /** Room below each photo for its caption. */
  readonly captionPx: number;
  /** First photo of each section, and the count of all after the last; a section begins a row. */
  readonly sectionStarts?: Uint32Array | undefined;
  /** Height of a section's heading. */
  readonly headingPx?: number;
}

export interface GridCellBox {
  readonly index: number;
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface GridLayout {
  readonly rowCount: number;
  /** First photo of each row, and the count after the last. */
  readonly rowStarts: Uint32Array;
  /** Of the photos of each row, without captions. */
  readonly rowHeightsPx: Float32Array;
  /** Which section begins with the row; −1 where none does. */
  readonly rowSections: Int32Array;
  readonly options: GridOptions;
}

/** A panorama would make a row of a hair's height; a strip would be as wide as one. */
const narrowest = 0.45;
const widest = 3.2;
const unknownAspect = 1.5;
/** The last row is not blown up to fill the width. */
const maxStretch = 1.15;

function aspectAt(aspects: Float32Array, index: number): number {
  const aspect = aspects[index] ?? 0;
  return aspect === 0 ? unknownAspect : Math.min(widest, Math.max(narrowest, aspect));
}

/** The rows of a stretch of photos, added to those before. */
interface Rows {
  readonly starts: number[];
  readonly heightsPx: number[];
  readonly sections: number[];
}

function addSquareRows(rows: Rows, { widthPx, sizePx, gapPx }: GridOptions, first: number, end: number): void {
  const columns = Math.max(1, Math.floor((widthPx + gapPx) / (sizePx + gapPx)));
  const cellPx = (widthPx - gapPx * (columns - 1)) / columns;
  for (let start = first; start < end; start += columns) {
    rows.starts.push(start);
    rows.heightsPx.push(cellPx);
  }
}

function addJustifiedRows(rows: Rows, options: GridOptions, from: number, end: number): void {
  const { aspects, widthPx, sizePx, gapPx } = options;
  let first = from;
  let sum = 0;
  for (let index = from; index < end; index += 1) {
    const aspect = aspectAt(aspects, index);
    const before = (widthPx - gapPx * Math.max(0, index - first - 1)) / Math.max(sum, Number.EPSILON);
    const after = (widthPx - gapPx * (index - first)) / (sum + aspect);
    // Ends the row before this photo where that is nearer to the wished for height than taking it in.
    if (index > first && after < sizePx && Math.abs(before - sizePx) < Math.abs(after - sizePx)) {
      rows.starts.push(first);
      rows.heightsPx.push(before);
      first = index;
      sum = 0;
    }
    sum += aspect;
  }
  if (end > first) {
    rows.starts.push(first);
    rows.heightsPx.push(Math.min(sizePx * maxStretch, (widthPx - gapPx * (end - first - 1)) / sum));
  }
}

export function layoutGrid(options: GridOptions): GridLayout {
  const rows: Rows = { starts: [], heightsPx: [], sections: [] };
  const { count, widthPx, mode } = options;
  const bounds = options.sectionStarts ?? Uint32Array.of(0, count);
  if (count > 0 && widthPx > 0)
    for (let section = 0; section + 1 < bounds.length; section += 1) {
      const before = rows.starts.length;
      const [first, end] = [bounds[section] ?? 0, Math.min(count, bounds[section + 1] ?? 0)];
      if (mode === 'square') addSquareRows(rows, options, first, end);
      else addJustifiedRows(rows, options, first, end);
      for (let row = before; row < rows.starts.length; row += 1)
        rows.sections.push(row === before && options.sectionStarts !== undefined ? section : -1);
    }
  return {
    rowCount: rows.starts.length,
    rowStarts: Uint32Array.from([...rows.starts, rows.starts.length === 0 ? 0 : count]),
    rowHeightsPx: Float32Array.from(rows.heightsPx),
    rowSections: Int32Array.from(rows.sections),
    options,
  };
}

/** Of what stands above the photos of a row. */
export function headingPx(layout: GridLayout, row: number): number {
  return (layout.rowSections[row] ?? -1) < 0 ? 0 : (layout.options.headingPx ?? 0);
}

/** With its captions, and with the heading above it. */
export function rowSizePx(layout: GridLayout, row: number): number {
  return headingPx(layout, row) + (layout.rowHeightsPx[row] ?? 0) + layout.options.captionPx;
}

export function cellsOfRow(layout: GridLayout, row: number): GridCellBox[] {
  const { mode, aspects, gapPx } = layout.options;
  const heightPx = layout.rowHeightsPx[row] ?? 0;
  const first = layout.rowStarts[row] ?? 0;
  const end = layout.rowStarts[row + 1] ?? first;
  const cells: GridCellBox[] = [];
  let leftPx = 0;
  for (let index = first; index < end; index += 1) {
    const widthPx = mode === 'square' ? heightPx : heightPx * aspectAt(aspects, index);
    cells.push({ index, leftPx, widthPx, heightPx });
    leftPx += widthPx + gapPx;
  }
  return cells;
}

export function rowOf(layout: GridLayout, index: number): number {
  let low = 0;
  let high = layout.rowCount - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((layout.rowStarts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The photo of another row whose middle is nearest to that of this one. */
export function inRow(layout: GridLayout, index: number, row: number): number {
  const target = Math.min(layout.rowCount - 1, Math.max(0, row));
  const here = cellsOfRow(layout, rowOf(layout, index)).find((cell) => cell.index === index);
  const middlePx = here === undefined ? 0 : here.leftPx + here.widthPx / 2;
  let best = layout.rowStarts[target] ?? 0;
  let bestPx = Number.POSITIVE_INFINITY;
  for (const cell of cellsOfRow(layout, target)) {
    const distancePx = Math.abs(cell.leftPx + cell.widthPx / 2 - middlePx);
    if (distancePx < bestPx) [best, bestPx] = [cell.index, distancePx];
  }
  return best;
}

/** Where a key leads from a photo; undefined for keys that lead nowhere. */
export function indexAfterKey(layout: GridLayout, index: number, key: string, rowsAPage: number): number | undefined {
  const last = layout.options.count - 1;
  const row = rowOf(layout, index);
  switch (key) {
    case 'ArrowRight':
      return Math.min(last, index + 1);
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'ArrowDown':
      return row === layout.rowCount - 1 ? last : inRow(layout, index, row + 1);
    case 'ArrowUp':
      return row === 0 ? 0 : inRow(layout, index, row - 1);
    case 'PageDown':
      return row + rowsAPage >= layout.rowCount ? last : inRow(layout, index, row + rowsAPage);
    case 'PageUp':
      return row - rowsAPage < 0 ? 0 : inRow(layout, index, row - rowsAPage);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** Where the grid stands: kept while another view shows, and held while photos come and go above it. */
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

/** A part of the list, from its upper and left edge. */
export interface ListArea {
  readonly leftPx: number;
  readonly topPx: number;
  readonly rightPx: number;
  readonly bottomPx: number;
}

/** The photos, with their captions, that lie in it at least in part. @param tops as `rowTopsPx` gives them */
export function indexesIn(layout: GridLayout, tops: Float64Array, area: ListArea): number[] {
  const indexes: number[] = [];
  let first = 0;
  let high = layout.rowCount;
  while (first < high) {
    const middle = (first + high) >> 1;
    if ((tops[middle] ?? 0) + rowSizePx(layout, middle) >= area.topPx) high = middle;
    else first = middle + 1;
  }
  for (let row = first; row < layout.rowCount; row += 1) {
    if ((tops[row] ?? 0) + headingPx(layout, row) > area.bottomPx) break;
    for (const { index, leftPx, widthPx } of cellsOfRow(layout, row))
      if (leftPx <= area.rightPx && leftPx + widthPx >= area.leftPx) indexes.push(index);
  }
  return indexes;
}
