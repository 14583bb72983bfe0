/** @file Vectors as many as a benchmark needs, quickly. */

/** As BLIP-2 has them. */
export const shape = { vectors: 32, size: 256 };

/** Near enough to normally distributed. A vector is a piece of it from anywhere: millions of them would take their time. */
const noise = Float32Array.from({ length: 2 ** 20 }, () => Math.random() + Math.random() + Math.random() - 1.5);

export function randomUnitVector(): Float32Array {
  const start = Math.floor(Math.random() * (noise.length - shape.size));
  const vector = noise.slice(start, start + shape.size);
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
  return vector;
}
