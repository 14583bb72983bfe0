/** @file Tells a picture's format from its first bytes; names are never trusted. Pure; runs anywhere. */
import { targaHeader } from './targaHeader.ts';

const convertedFormats = ['jp2', 'j2k', 'jxl', 'psd', 'pnm', 'qoi', 'tga', 'ico'] as const;
/** The formats that are turned into a TIFF first; JPEG 2000 in a file of boxes, and its bare codestream. */
export type ConvertedFormat = (typeof convertedFormats)[number];
/** The formats that decodeImage reads. */
export type DecodableFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'gif' | 'bmp' | ConvertedFormat;

export interface ImageFormat {
  /** What a person calls it: “This file is damaged (the JPEG ends early)”. */
  readonly name: string;
  /** Null where the format is known but not read here. */
  readonly decodable: DecodableFormat | null;
}

/** Browsers and libvips open none of these. */
export function isConverted(format: DecodableFormat): format is ConvertedFormat {
  return convertedFormats.some((name) => name === format);
}

/** How many bytes `imageFormatOf` wants to see; fewer are fine. */
export const formatHeadBytes = 4096;

const decodable: Readonly<Record<DecodableFormat, ImageFormat>> = {
  jpeg: { name: 'JPEG', decodable: 'jpeg' },
  png: { name: 'PNG', decodable: 'png' },
  webp: { name: 'WebP', decodable: 'webp' },
  tiff: { name: 'TIFF', decodable: 'tiff' },
  avif: { name: 'AVIF', decodable: 'avif' },
  gif: { name: 'GIF', decodable: 'gif' },
  bmp: { name: 'BMP', decodable: 'bmp' },
  jp2: { name: 'JPEG 2000', decodable: 'jp2' },
  j2k: { name: 'JPEG 2000', decodable: 'j2k' },
  jxl: { name: 'JPEG XL', decodable: 'jxl' },
  psd: { name: 'Photoshop (PSD)', decodable: 'psd' },
  pnm: { name: 'Netpbm', decodable: 'pnm' },
  qoi: { name: 'QOI', decodable: 'qoi' },
  tga: { name: 'TGA', decodable: 'tga' },
  ico: { name: 'Windows icon', decodable: 'ico' },
};

/** One alternative: `bytes` (Latin-1) stand at `at`; all pairs of an entry must match. Order matters: CR2 before TIFF. */
type Signature = readonly [at: number, bytes: string];
const signatures: readonly (readonly [ImageFormat, ...Signature[]])[] = [
  [decodable.jpeg, [0, '\xff\xd8\xff']],
  [decodable.png, [0, '\x89PNG\r\n\x1a\n']],
  [decodable.webp, [0, 'RIFF'], [8, 'WEBP']],
  [decodable.gif, [0, 'GIF87a']],
  [decodable.gif, [0, 'GIF89a']],
  [known('Canon raw (CR2)'), [0, 'II*\0'], [8, 'CR\x02']],
  [decodable.tiff, [0, 'II*\0']],
  [decodable.tiff, [0, 'MM\0*']],
  [decodable.tiff, [0, 'II+\0\x08\0\0\0']],
  [decodable.tiff, [0, 'MM\0+\0\x08\0\0']],
  [decodable.bmp, [0, 'BM'], [6, '\0\0\0\0']],
  [decodable.bmp, [0, 'BM'], [15, '\0\0\0']],
  [known('Canon raw (CRW)'), [6, 'HEAPCCDR']],
  [known('Fujifilm raw (RAF)'), [0, 'FUJIFILMCCD-RAW']],
  [known('Olympus raw (ORF)'), [0, 'IIRO']],
  [known('Olympus raw (ORF)'), [0, 'IIRS']],
  [known('Olympus raw (ORF)'), [0, 'MMOR']],
  [known('Panasonic raw (RW2)'), [0, 'IIU\0']],
  [known('Minolta raw (MRW)'), [0, '\0MRM']],
  [known('Sigma raw (X3F)'), [0, 'FOVb']],
  [decodable.jp2, [4, 'jP  \r\n\x87\n']],
  [decodable.j2k, [0, '\xff\x4f\xff\x51']],
  [decodable.jxl, [0, '\xff\x0a']],
  [decodable.jxl, [4, 'JXL \r\n\x87\n']],
  [known('JPEG XR'), [0, 'II\xbc']],
  [decodable.psd, [0, '8BPS']],
  [known('OpenEXR'), [0, 'v/1\x01']],
  [known('Radiance HDR'), [0, '#?RADIANCE']],
  [known('Radiance HDR'), [0, '#?RGBE']],
  [known('DirectDraw (DDS)'), [0, 'DDS ']],
  [decodable.qoi, [0, 'qoif']],
  [known('FITS'), [0, 'SIMPLE  =']],
  [decodable.ico, [0, '\0\0\x01\0']],
  [known('Apple icon'), [0, 'icns']],
  [known('GIMP (XCF)'), [0, 'gimp xcf']],
  [known('DjVu'), [0, 'AT&TFORM']],
  [known('PDF'), [0, '%PDF-']],
  [known('PostScript'), [0, '%!PS']],
  [known('PostScript'), [0, '\xc5\xd0\xd3\xc6']],
  [known('Windows cursor'), [0, '\0\0\x02\0']],
  [known('Windows metafile'), [0, '\xd7\xcd\xc6\x9a']],
  [known('Windows metafile'), [0, '\x01\0\0\0'], [40, ' EMF']],
  [known('PCX'), [0, '\x0a\x05\x01']],
  [known('SGI'), [0, '\x01\xda']],
  [known('Sun raster'), [0, '\x59\xa6\x6a\x95']],
  [known('XPM'), [0, '/* XPM */']],
  [known('Blizzard texture (BLP)'), [0, 'BLP']],
];

function known(name: string): ImageFormat {
  return { name, decodable: null };
}

/** The brands of an ISO media file (`ftyp`) tell AVIF, HEIC, Canon's CR3 and films apart. */
const brands: readonly (readonly [ImageFormat, RegExp])[] = [
  [known('HEIC'), /^he(ic|ix|vc|vx|im|is|vm|vs)$/],
  [decodable.avif, /^avi[fs]$/],
  [known('Canon raw (CR3)'), /^crx $/],
  [decodable.jxl, /^jxl $/],
  [decodable.jp2, /^(jp2 |jpx |jph )$/],
  [known('HEIF'), /^(mif[12]|msf1)$/],
  [known('video'), /^(qt {2}|isom|iso\d|mp4\d|M4V |avc1|3g[p2].|dash)$/],
];

/** The format that `head`, the first bytes of a file, belongs to; undefined where they are those of no picture. */
export function imageFormatOf(head: Uint8Array): ImageFormat | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, formatHeadBytes)).toString('latin1');
  // Before cursors, whose mark many of them begin with.
  if (targaHeader(head) !== undefined) return decodable.tga;
  for (const [format, ...parts] of signatures) {
    if (parts.every(([at, bytes]) => text.startsWith(bytes, at))) return format;
  }
  if (text.startsWith('ftyp', 4)) return formatOfBrands(head, text);
  if (/^P[1-7][\s#]/.test(text)) return decodable.pnm;
  if (/^\uFEFF?(\xef\xbb\xbf)?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(text) && /<(\w+:)?svg[\s>]/i.test(text)) {
    return known('SVG');
  }
  return undefined;
}

function formatOfBrands(head: Uint8Array, text: string): ImageFormat | undefined {
  const boxBytes = Buffer.from(head.buffer, head.byteOffset, 4).readUInt32BE(0);
  const found = [text.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxBytes, text.length); at += 4) found.push(text.slice(at, at + 4));
  // The major brand decides where it says something; otherwise the most telling of the compatible ones.
  const major = brands.find(([format, brand]) => brand.test(text.slice(8, 12)) && format.name !== 'HEIF');
  return (major ?? brands.find(([, brand]) => found.some((name) => brand.test(name))))?.[0];
}

const brandAt = 8;
const animation = 'avis';
const still = 'avif';

/**
 * The same bytes, under the brand of a still picture where they had that of an animation: libvips goes by the first
 * brand and knows only the other. The still picture of an animation is its primary item, the first frame.
 */
export function asStillAvif(bytes: Uint8Array): Uint8Array {
  const brand = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', brandAt, brandAt + 4);
  if (brand !== animation) return bytes;
  const copy = Buffer.from(bytes);
  copy.write(still, brandAt, 'latin1');
  return copy;
}
