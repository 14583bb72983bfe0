/** @file What can stand below the photos of the grid, and how much room it takes. Pure; renderer only. */
import type { PhotoCard } from '../../preload/contract/photos.ts';
import type { Texts } from '../../resources/messages/texts.ts';
import { takenAt } from './photo/facts.ts';

export const tileFields = ['caption', 'fileName', 'taken', 'rating', 'dimensions', 'folder', 'tags'] as const;
export type TileField = (typeof tileFields)[number];

/** Above the first line and below the last. */
const paddingPx = 10;
export const lineHeightPx = 16;
const captionLines = 2;

/** Whatever was stored, by whichever version, in the order in which they stand. */
export function parseTileFields(stored: unknown): readonly TileField[] {
  return Array.isArray(stored) ? tileFields.filter((field) => stored.includes(field)) : ['caption'];
}

/** Height of the room below a photo; 0 where nothing is to stand there. */
export function tileTextPx(fields: readonly TileField[]): number {
  if (fields.length === 0) return 0;
  const lines = fields.reduce((sum, field) => sum + (field === 'caption' ? captionLines : 1), 0);
  return paddingPx + lines * lineHeightPx;
}

/** Empty where the photo has none of it: its line stays free. */
export function tileLine(
  photo: PhotoCard,
  field: Exclude<TileField, 'caption'>,
  { marks }: Pick<Texts, 'marks'>,
  locale: string,
): string {
  switch (field) {
    case 'fileName':
      return photo.fileName;
    case 'taken':
      return photo.takenLocal === null ? '' : takenAt(locale, photo.takenLocal, null);
    case 'rating': {
      const { rating } = photo.marks;
      if (rating === null || rating === 0) return '';
      return rating < 0 ? marks.rejected : '★'.repeat(rating);
    }
    case 'dimensions':
      return photo.width === null || photo.height === null ? '' : `${photo.width} × ${photo.height}`;
    case 'folder':
      return photo.folder;
    case 'tags':
      return photo.tags.join(', ');
  }
}
