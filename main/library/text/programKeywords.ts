/** @file What programs note for themselves among a photo's keywords. Pure; any process. */

/** darktable's: `darktable|exported`. @param path a keyword's levels */
export function isProgramKeyword(path: readonly string[]): boolean {
  return path.length > 1 && path[0] === 'darktable';
}
