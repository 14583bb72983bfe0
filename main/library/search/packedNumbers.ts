/** @file Long lists of numbers as short text: little-endian, in base64. Reader threads. */

/** Ids: 32 bits each. */
export function packIds(ids: readonly number[]): string {
  const bytes = Buffer.alloc(ids.length * 4);
  for (const [index, id] of ids.entries()) bytes.writeUInt32LE(id, index * 4);
  return bytes.toString('base64');
}

/** Widths divided by heights, in thousandths: 16 bits each; 0 where it is not known. */
export function packAspects(aspects: readonly (number | null)[]): string {
  const bytes = Buffer.alloc(aspects.length * 2);
  for (const [index, aspect] of aspects.entries()) {
    const thousandths = aspect === null ? 0 : Math.min(0xffff, Math.max(1, Math.round(aspect * 1000)));
    bytes.writeUInt16LE(thousandths, index * 2);
  }
  return bytes.toString('base64');
}
