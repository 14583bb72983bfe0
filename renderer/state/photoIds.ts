/** @file The compact form in which a list of photos arrives: numbers as little-endian bytes in base64. Pure; renderer only. */

function bytesOf(base64: string): DataView {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return new DataView(bytes.buffer);
}

export function decodeIds(base64: string): Uint32Array {
  const bytes = bytesOf(base64);
  const ids = new Uint32Array(Math.floor(bytes.byteLength / 4));
  for (let index = 0; index < ids.length; index += 1) ids[index] = bytes.getUint32(index * 4, true);
  return ids;
}

/** The days and months of a list that is ordered by a date. */
export interface ListSections {
  /** As `PhotoList` has them. */
  readonly codes: Uint32Array;
  /** First photo of each, and the count of all after the last. */
  readonly starts: Uint32Array;
}

/** Null where a heading would say nothing: no photo has a date. */
export function decodeSections(base64: string | null): ListSections | null {
  if (base64 === null) return null;
  const pairs = decodeIds(base64);
  const sectionCount = pairs.length / 2;
  const codes = new Uint32Array(sectionCount);
  const starts = new Uint32Array(sectionCount + 1);
  for (let section = 0; section < sectionCount; section += 1) {
    codes[section] = pairs[2 * section] ?? 0;
    starts[section + 1] = (starts[section] ?? 0) + (pairs[2 * section + 1] ?? 0);
  }
  return codes.some((code) => code > 0) ? { codes, starts } : null;
}

/** Width divided by height; 0 where it is not known. */
export function decodeAspects(base64: string): Float32Array {
  const bytes = bytesOf(base64);
  const aspects = new Float32Array(Math.floor(bytes.byteLength / 2));
  for (let index = 0; index < aspects.length; index += 1) aspects[index] = bytes.getUint16(index * 2, true) / 1000;
  return aspects;
}

export function sameIds(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return true;
}
