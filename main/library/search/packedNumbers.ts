/** @file Long lists of numbers as short text: little-endian, as all machines have them that Vignette runs on, in base64. Reader threads. */

/** Ids: 32 bits each. */
export function packIds(ids: readonly number[]): string {
  return packed(Uint32Array.from(ids));
}

/** Widths divided by heights, in thousandths: 16 bits each; 0 where it is not known. */
export function packAspects(thousandths: Uint16Array): string {
  return packed(thousandths);
}

function packed({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
