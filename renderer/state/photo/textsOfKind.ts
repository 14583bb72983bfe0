/** @file The texts of one kind that a photo has. Pure. */
import type { PhotoDetails, StoredCaption } from '../../../preload/contract/photos.ts';
import type { TextKind } from '../../../schemas/text.ts';

export function textsOfKind(photo: PhotoDetails, kind: TextKind): readonly StoredCaption[] {
  return { caption: photo.captions, altText: photo.altTexts, longDescription: photo.longDescriptions }[kind];
}
