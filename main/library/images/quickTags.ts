/**
 * @file The metadata of plain JPEG files from their first bytes, under ExifTool's names. Most photos as cameras
 * and phones write them are plain; for anything else the answer is undefined, and ExifTool is asked. Pure; any process.
 */
import { readPlainExif } from '../metadata/exifBlock.ts';
import { plainIptcTags } from '../metadata/iptcTags.ts';
import { type JpegParts, jpegParts } from '../metadata/jpegParts.ts';
import { colourProfileName } from './colourProfileName.ts';
import { isNamed } from './interpretTags.ts';
import type { TagValues } from './tagValues.ts';
import { withXmp } from './xmp/withXmp.ts';

/** `more`: what there is looks plain, but the picture has not begun yet. */
export type QuickTags = TagValues | 'more' | undefined;

export function quickJpegTags(head: Uint8Array): QuickTags {
  const parts = jpegParts(head);
  return parts === undefined || parts === 'more' ? parts : tagsOf(parts);
}

/** Of a plain EXIF block; undefined also where only ExifTool knows the lens. */
export function exifTags(exif: Uint8Array): TagValues | undefined {
  const block = readPlainExif(exif);
  if (block === undefined) return undefined;
  const lens = block.values.get('ExifIFD:LensModel');
  return block.mayNameLens && !isNamed(typeof lens === 'string' ? lens.trim() : null) ? undefined : block.values;
}

function tagsOf(parts: JpegParts): TagValues | undefined {
  const tags = new Map<string, unknown>([['Composite:ImageSize', `${parts.width} ${parts.height}`]]);
  if (parts.exif !== undefined) {
    const found = exifTags(parts.exif);
    if (found === undefined) return undefined;
    for (const [key, value] of found) tags.set(key, value);
  }
  if (parts.photoshop !== undefined) {
    const found = plainIptcTags(parts.photoshop);
    if (found === undefined) return undefined;
    for (const [key, value] of found) tags.set(key, value);
  }
  if (parts.profile.size > 0) {
    if (parts.profile.size !== parts.profileParts) return undefined;
    const pieces = [...parts.profile].sort(([a], [b]) => a - b).map(([, piece]) => piece);
    const name = colourProfileName(Buffer.concat(pieces));
    if (name === undefined) return undefined;
    tags.set('ICC_Profile:ProfileDescription', name);
  }
  return parts.xmp === undefined ? tags : withXmp(tags, parts.xmp);
}
