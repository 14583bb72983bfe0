/** @file Pieces of the query language that the page puts together. Pure; renderer only. */

/** A value of which every character stands for itself. */
export function quoted(value: string): string {
  return `"${value.replaceAll(/["“”„\\]/g, (mark) => `\\${mark}`)}"`;
}

/** Bare where that reads the same; `none` and `any` would ask whether there is a value. */
export function fieldQuery(field: string, value: string): string {
  const isPlain = /^[\p{L}\p{N}_./-]+$/u.test(value) && !/^(none|any)$/i.test(value);
  return isPlain ? `${field}:${value}` : `${field}:${quoted(value)}`;
}

/** Of a name that is to be the whole of it. */
export function wholeFieldQuery(field: string, value: string): string {
  return `${field}:=${quoted(value)}`;
}
