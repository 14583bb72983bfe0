/** @file Of which photo a text was written that other photos of its stack have, too. Pure. */

/** What stands for a photo that this library never had, as an import tells of one. */
export const unknownPhotoId = 0;

/** The photo that a text was written about, for the row of another photo that gets it; undefined where it is that one itself. */
export function copiedFromId(
  text: { readonly photoId: number; readonly copiedFromId: number | undefined },
  photoId: number,
): number | undefined {
  const originId = text.copiedFromId ?? text.photoId;
  return originId === photoId ? undefined : originId;
}
