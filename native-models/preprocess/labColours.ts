/** @file From CIELab (D50, as TIFF and Photoshop store it) to sRGB. Pure. */

/** How 8 bits hold a and b: around 0, or around 128. */
export type LabEncoding = 'signed' | 'offset';

/** To XYZ of D50 by way of the cube root's inverse. */
const lightnessOf = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
const white = { x: 0.9642, z: 0.8249 } as const;
/** From XYZ of D50 to linear sRGB, adapted by Bradford's method: http://www.brucelindbloom.com. */
const toLinear: readonly (readonly [number, number, number])[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];

/** Fine enough for the steepest part of the curve, near black. */
const curveSteps = 16_384;
const curve = Uint8Array.from({ length: curveSteps + 1 }, (_, i) => {
  const linear = i / curveSteps;
  return Math.round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055));
});

/** [count, 3] levels of L, a and b → of red, green and blue; what sRGB does not have is clipped. */
export function labToSrgb(levels: Uint8Array, encoding: LabEncoding): Uint8Array {
  const pixels = new Uint8Array(levels.length);
  const around = encoding === 'offset' ? (level: number) => level - 128 : (level: number) => (level << 24) >> 24;
  for (let at = 0; at + 2 < levels.length; at += 3) {
    const y = ((levels[at] ?? 0) / 2.55 + 16) / 116;
    const x = y + around(levels[at + 1] ?? 0) / 500;
    const z = y - around(levels[at + 2] ?? 0) / 200;
    const xyz = [white.x * lightnessOf(x), lightnessOf(y), white.z * lightnessOf(z)] as const;
    for (const [channel, row] of toLinear.entries()) {
      const linear = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2];
      pixels[at + channel] = curve[Math.round(Math.min(1, Math.max(0, linear)) * curveSteps)] ?? 0;
    }
  }
  return pixels;
}
