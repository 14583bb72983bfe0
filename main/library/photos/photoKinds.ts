/** @file Which files in a folder are taken for photos, and which names are never looked at. */
import path from 'node:path';

const pictureExtensions = [
  'jpg jpeg jpe jfif jif mpo png apng webp tif tiff gif bmp dib avif avifs heic heif heics heifs hif',
  'jp2 j2k jpf jpx jpm j2c jpc jxl jxr wdp hdp svg svgz psd psb ico icns tga pcx ppm pgm pbm pnm pfm hdr exr qoi dds',
].flatMap((extensions) => extensions.split(' '));

/** Of cameras. */
const rawExtensions: ReadonlySet<string> = new Set(
  [
    '3fr ari arw bay cap cr2 cr3 crw dcr dcs dng drf eip erf fff gpr iiq k25 kdc mdc mef mos mrw nef nrw orf pef ptx',
    'raf raw rw2 rwl rwz sr2 srf srw x3f',
  ].flatMap((extensions) => extensions.split(' ')),
);
/**
 * By extension, and generous on purpose: a kind that cannot be opened yet is named with its reason rather than passed
 * over in silence. What a file really is, its content decides later.
 */
const photoExtensions: ReadonlySet<string> = new Set([...pictureExtensions, ...rawExtensions]);

const systemNames: ReadonlySet<string> = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '@eadir',
  '@recycle',
  '#recycle',
  '#snapshot',
  '__macosx',
  '$recycle.bin',
  'system volume information',
  'backups.backupdb',
  'lost+found',
  'lost.dir',
  'node_modules',
]);

/** Folders that belong to a program, by how their names end: what is in them is previews, parts and copies of photos. */
const programFolders: ReadonlyMap<string, string> = new Map([
  ['.photoslibrary', 'Apple Photos'],
  ['.photolibrary', 'iPhoto'],
  ['.migratedphotolibrary', 'iPhoto'],
  ['.aplibrary', 'Aperture'],
  ['.migratedaplibrary', 'Aperture'],
  ['.photoboothlibrary', 'Photo Booth'],
  ['.imovielibrary', 'iMovie'],
  ['.fcpbundle', 'Final Cut Pro'],
  ['.tvlibrary', 'Apple TV'],
  ['.theater', 'iMovie'],
  ['.lrdata', 'Lightroom'],
  ['.lrcat-data', 'Lightroom'],
  ['.lrlibrary', 'Lightroom'],
  ['.cocatalog', 'Capture One'],
  ['.app', 'an application'],
  ['.bundle', 'an application'],
]);

/** Caches that are named in ways of their own, by darktable and Nextcloud. */
const cacheFolders = /^(?:mipmaps-[0-9a-f]{6,}\.d|appdata_oc[0-9a-z]+)$/;

export function hasPhotoExtension(name: string): boolean {
  return photoExtensions.has(path.extname(name).slice(1).toLowerCase());
}

export function isRawPhoto(name: string): boolean {
  return rawExtensions.has(path.extname(name).slice(1).toLowerCase());
}

/**
 * Hidden files and folders, what operating systems and network drives leave lying about, and the insides of other
 * programs' libraries.
 * @param parentName of the folder that it is in, where that is known
 */
export function isPassedOver(name: string, parentName?: string): boolean {
  const folded = name.toLowerCase();
  if (name.startsWith('.') || systemNames.has(folded) || cacheFolders.test(folded)) return true;
  // Beside the photos of a session, and beside what a person may keep in a folder of that name.
  if (parentName?.toLowerCase() === 'captureone' && /^(?:cache|settings\d*)$/.test(folded)) return true;
  return !hasPhotoExtension(name) && programOf(name) !== undefined;
}

/** The program whose inside a folder of this name is: "Apple Photos". */
export function programOf(folderName: string): string | undefined {
  return programFolders.get(path.extname(folderName).toLowerCase());
}
