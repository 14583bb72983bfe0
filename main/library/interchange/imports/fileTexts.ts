/**
 * @file What photos' files and XMP sidecars say, as texts of the library. The files were read with their photos, in processes
 * of their own, and are not opened again. Pure.
 */
import type { FileInfo, FileTextKind } from '../../../../schemas/fileInfo.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { MatchablePhoto } from '../../catalog/imports/matchablePhotos.ts';
import { holds } from '../../files/commonFolder.ts';
import { withoutExtension } from '../captionNames.ts';
import type { SaidOfPhoto } from './planPhoto.ts';
import { unsigned } from './soundTexts.ts';

/** Those in the folder and below it, or those that the sidecar is of: `IMG.jpg.xmp`, `IMG.xmp`. */
export function photosAt(photos: readonly MatchablePhoto[], named: string): MatchablePhoto[] {
  if (!named.toLowerCase().endsWith('.xmp')) return photos.filter(({ file }) => holds(named, file));
  const photo = named.slice(0, -'.xmp'.length);
  const own = photos.filter(({ file }) => file === photo);
  return own.length > 0 ? own : photos.filter(({ file }) => withoutExtension(file) === photo);
}

const kindOf: Readonly<Partial<Record<FileTextKind, TextKind>>> = {
  caption: 'caption',
  altText: 'altText',
  extendedDescription: 'longDescription',
};

/** Who wrote it, no file says. */
export function textsOfFile({ texts, keywords }: FileInfo): SaidOfPhoto {
  const captions = texts.flatMap(({ kind, text }) => {
    const textKind = kindOf[kind];
    return textKind === undefined ? [] : [{ ...unsigned(text), kind: textKind }];
  });
  return {
    captions,
    tags: keywords.map(({ path }) => ({ path, source: 'import' })),
    answers: [],
    scores: [],
    marks: [],
  };
}
