/** @file How many pixels of a picture have which brightness, and what that comes to in words. Pure; renderer only. */

const levels = 256;
/** JPEG and WebP leave pure black and white up to one level beside themselves. */
const slack = 1;

export interface Histogram {
  /** Pixels at each of the 256 levels. */
  readonly red: Uint32Array;
  readonly green: Uint32Array;
  readonly blue: Uint32Array;
  /** Of the three by Rec. 709, as they are stored. */
  readonly luminance: Uint32Array;
  pixels: number;
  /** With all three channels at the lower end. */
  black: number;
  /** With all three at the upper end. */
  white: number;
}

export function emptyHistogram(): Histogram {
  const counts = () => new Uint32Array(levels);
  return { red: counts(), green: counts(), blue: counts(), luminance: counts(), pixels: 0, black: 0, white: 0 };
}

/** @param rgba four bytes a pixel */
export function countPixels(histogram: Histogram, rgba: Uint8ClampedArray): void {
  const { red, green, blue, luminance } = histogram;
  const top = levels - 1 - slack;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const r = rgba[at] ?? 0;
    const g = rgba[at + 1] ?? 0;
    const b = rgba[at + 2] ?? 0;
    add(red, r);
    add(green, g);
    add(blue, b);
    add(luminance, Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b));
    histogram.pixels++;
    if (r <= slack && g <= slack && b <= slack) histogram.black++;
    if (r >= top && g >= top && b >= top) histogram.white++;
  }
}

function add(counts: Uint32Array, level: number): void {
  counts[level] = (counts[level] ?? 0) + 1;
}

export type Tone = 'dark' | 'bright' | 'middle' | 'mixed';

export interface ToneSummary {
  readonly tone: Tone;
  /** Shares of the pixels. */
  readonly clippedShadows: number;
  readonly clippedHighlights: number;
}

/** The quarter of the levels at each end is dark and bright. */
const quarter = levels / 4;

export function summaryOf({ luminance, pixels, black, white }: Histogram): ToneSummary {
  const share = (from: number, to: number): number =>
    luminance.subarray(from, to).reduce((sum, count) => sum + count, 0) / Math.max(1, pixels);
  const dark = share(0, quarter);
  const bright = share(levels - quarter, levels);
  const middle = 1 - dark - bright;
  const tone = dark > 0.5 ? 'dark' : bright > 0.5 ? 'bright' : middle > 0.7 ? 'middle' : 'mixed';
  return { tone, clippedShadows: black / Math.max(1, pixels), clippedHighlights: white / Math.max(1, pixels) };
}

/** The largest count between the ends, whose spikes would flatten all others. At least 1. */
export function peakOf({ red, green, blue, luminance }: Histogram): number {
  return Math.max(1, ...[red, green, blue, luminance].flatMap((counts) => [...counts.subarray(1, levels - 1)]));
}

/** The outline of counts for an SVG path in a box of 256 × `height`, closed at the bottom. */
export function outlineOf(counts: Uint32Array, peak: number, height: number): string {
  const points = [...counts].map(
    (count, level) => `${level + 0.5} ${(height - Math.min(1, count / peak) * height).toFixed(1)}`,
  );
  return `M0 ${height}L${points.join('L')}L${levels} ${height}Z`;
}
