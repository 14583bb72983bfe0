/** @file What a picture's XMP adds to the rest of what its file says. Pure; picture process. */
import { isNamed } from '../interpretTags.ts';
import { firstNumber, firstText, type TagValues, textOf } from '../tagValues.ts';
import { plainXmpTags } from './xmpTags.ts';

/**
 * The tags with those of the packet; undefined where ExifTool has to read them together.
 * @param tags of EXIF and IPTC, and of packets before
 */
export function withXmp(tags: TagValues, packet: Uint8Array): TagValues | undefined {
  const found = plainXmpTags(packet, (tag) => isKnownByExif(tags, tag));
  if (found === undefined || isMixed(tags, found)) return undefined;
  // Of another packet.
  if ([...found.keys()].some((tag) => tags.has(tag))) return undefined;
  return new Map([...tags, ...found]);
}

function isKnownByExif(tags: TagValues, tag: string): boolean {
  if (tag === 'Make' || tag === 'Model') return firstText(tags, [`IFD0:${tag}`]) !== null;
  if (tag.startsWith('Lens')) return isNamed(textOf(tags.get('ExifIFD:LensModel')));
  return firstNumber(tags, [`ExifIFD:${tag}`]) !== null;
}

/** ExifTool makes one value of the height in the one and the position in the other, and of a day and a time likewise. */
function isMixed(tags: TagValues, xmp: TagValues): boolean {
  const hasForeignHeight =
    tags.has('Composite:GPSLatitude') && !tags.has('Composite:GPSAltitude') && xmp.has('XMP-exif:GPSAltitude');
  const day = textOf(xmp.get('XMP-photoshop:DateCreated'));
  return hasForeignHeight || (day !== null && !day.includes('T') && tags.has('IPTC:TimeCreated'));
}
