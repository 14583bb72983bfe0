/** @file Which files in a folder are taken for photos, and which names are never looked at. */
import path from 'node:path';

/**
 * By extension, and generous on purpose: a kind that cannot be opened yet is named with its reason rather than passed
 * over in silence. What a file really is, its content decides later.
 */
const photoExtensions: ReadonlySet<string> = new Set(
  [
    'jpg jpeg jpe jfif jif mpo png apng webp tif tiff gif bmp dib avif avifs heic heif heics heifs hif',
    'jp2 j2k jpf jpx jpm j2c jpc jxl jxr wdp hdp svg svgz psd psb ico icns tga pcx ppm pgm pbm pnm pfm hdr exr qoi dds',
    // Raw files of cameras.
    '3fr ari arw bay cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf pef ptx',
    'raf raw rw2 rwl rwz sr2 srf srw x3f',
  ]
    .join(' ')
    .split(' '),
);

const systemNames: ReadonlySet<string> = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '@eadir',
  '#recycle',
  '__macosx',
  '$recycle.bin',
  'system volume information',
  'lost+found',
]);

export function hasPhotoExtension(name: string): boolean {
  return photoExtensions.has(path.extname(name).slice(1).toLowerCase());
}

/** Hidden files and folders, and what operating systems and network drives leave lying about. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || systemNames.has(name.toLowerCase());
}
