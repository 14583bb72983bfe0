/** @file From metadata tags to what Vignette knows of a photo, whoever read the tags. Pure; any process. */
import { fileInfoOf, fileInfoTags, mergedFileInfo } from './fileInfo/fileInfo.ts';
import type { CameraSettings, GeoPosition, PhotoMetadata, PixelSize } from './photoMetadata.ts';
import type { ReadSidecar } from './sidecarReader.ts';
import { firstNumber, firstOfAnyGroup, firstText, numberOf, type TagValues, textOf, textsOf } from './tagValues.ts';
import { takenAtOf } from './takenAt.ts';

/**
 * What is asked of ExifTool. `#` wants the number behind the words. Names stand without groups: which group to trust
 * is decided here, and `-a` brings them all.
 */
export const wantedTags: readonly string[] = [
  ...['FileType', 'ImageSize#', 'Orientation#', 'Rotation#', 'Mirroring#', 'ProfileDescription', 'Error', 'Warning'],
  ...['DateTimeOriginal', 'CreateDate', 'DateCreated', 'TimeCreated', 'DateTimeDigitized', 'CreationTime'],
  ...['SubSecTimeOriginal', 'SubSecTimeDigitized', 'OffsetTimeOriginal', 'OffsetTimeDigitized'],
  ...['GPSLatitude#', 'GPSLongitude#', 'GPSAltitude#'],
  ...['Make', 'Model', 'LensModel', 'LensID', 'Lens', 'ISO#', 'ExposureTime#', 'FNumber#', 'FocalLength#'],
  ...new Set(fileInfoTags),
];

const isoMedia: ReadonlySet<string> = new Set(['HEIC', 'HEIF', 'AVIF']);
const maxWarnings = 20;

/** `format` is the name by the first bytes; where those only say “TIFF”, ExifTool may know which raw it is. */
export function interpretTags(tags: TagValues, format: string): PhotoMetadata {
  const storedSize = storedSizeOf(tags);
  const orientation = isoMedia.has(format) ? turnOfProperties(tags, format) : orientationOf(tags);
  const fileType = textOf(tags.get('File:FileType'));
  return {
    format: format === 'TIFF' && fileType !== null ? fileType : format,
    storedSize,
    shownSize: storedSize !== null && orientation >= 5 ? swapped(storedSize) : storedSize,
    orientation,
    takenAt: takenAtOf(tags),
    position: positionOf(tags),
    camera: cameraOf(tags),
    info: fileInfoOf(tags, null),
    sidecarProblems: [],
    colourProfile: textOf(tags.get('ICC_Profile:ProfileDescription')),
    warnings: [...textsOf(tags.get('ExifTool:Warning')), ...textsOf(tags.get('warnings'))].slice(0, maxWarnings),
  };
}

/**
 * A photo with what its sidecars say, the one that programs look at first before the others. They were written later than
 * the file, so that they count before it, but for what the camera knows better: when and how the photo was taken.
 */
export function withSidecars(file: PhotoMetadata, sidecars: readonly ReadSidecar[]): PhotoMetadata {
  const read = sidecars.flatMap((sidecar) => ('tags' in sidecar ? [sidecar] : []));
  const firstOf = <T>(take: (tags: TagValues) => T | null): T | null =>
    read.map(({ tags }) => take(tags)).find((value) => value !== null) ?? null;
  return {
    ...file,
    takenAt: file.takenAt ?? firstOf(takenAtOf),
    position: firstOf(positionOf) ?? file.position,
    info: mergedFileInfo([...read.map(({ tags, name }) => fileInfoOf(tags, name)), file.info]),
    sidecarProblems: sidecars.flatMap((sidecar) =>
      'problem' in sidecar ? [{ sidecar: sidecar.name, reason: sidecar.problem }] : [],
    ),
  };
}

function storedSizeOf(tags: TagValues): PixelSize | null {
  const parts = /^(\d+)[ x](\d+)$/.exec(textOf(tags.get('Composite:ImageSize')) ?? '');
  const [width, height] = [Number(parts?.[1] ?? 0), Number(parts?.[2] ?? 0)];
  return width > 0 && height > 0 ? { width, height } : null;
}

function swapped({ width, height }: PixelSize): PixelSize {
  return { width: height, height: width };
}

/** Degrees clockwise in the raw files that have no EXIF orientation (CRW, X3F). */
const orientationOfDegrees: ReadonlyMap<number, number> = new Map([
  [90, 6],
  [180, 3],
  [270, 8],
]);

/** For all but HEIF: EXIF, else XMP, else what old raw formats say. */
export function orientationOf(tags: TagValues): number {
  const said = firstNumber(tags, ['IFD0:Orientation', 'XMP-tiff:Orientation']);
  if (said !== null) return Number.isInteger(said) && said >= 1 && said <= 8 ? said : 1;
  const degrees = firstNumber(tags, ['CanonRaw:Rotation', 'SigmaRaw:Rotation']);
  return orientationOfDegrees.get(degrees ?? 0) ?? 1;
}

/** EXIF's number for quarter turns counter-clockwise, [unmirrored, then top and bottom exchanged, then left and right]. */
const orientationOfTurns: readonly (readonly [number, number, number])[] = [
  [1, 4, 2],
  [8, 5, 7],
  [3, 2, 4],
  [6, 7, 5],
];

/**
 * HEIF pictures are turned by properties of their own; the EXIF orientation only repeats them and counts for nothing.
 * XMP counts in an AVIF that has neither, as for the models' decoder.
 */
function turnOfProperties(tags: TagValues, format: string): number {
  const turns = numberOf(tags.get('QuickTime:Rotation'));
  const mirroring = numberOf(tags.get('QuickTime:Mirroring'));
  if (turns === null && mirroring === null) {
    return format === 'AVIF' && !tags.has('IFD0:Orientation') ? orientationOf(tags) : 1;
  }
  return orientationOfTurns[turns ?? 0]?.[mirroring === 0 ? 1 : mirroring === 1 ? 2 : 0] ?? 1;
}

function positionOf(tags: TagValues): GeoPosition | null {
  for (const group of ['Composite', 'XMP-exif']) {
    const latitude = numberOf(tags.get(`${group}:GPSLatitude`));
    const longitude = numberOf(tags.get(`${group}:GPSLongitude`));
    if (latitude === null || longitude === null) continue;
    const isOnEarth = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    // Receivers without a fix write 0, 0: a buoy in the Gulf of Guinea.
    if (!isOnEarth || (latitude === 0 && longitude === 0)) continue;
    const altitude = numberOf(tags.get(`${group}:GPSAltitude`));
    return {
      latitude: rounded(latitude, 7),
      longitude: rounded(longitude, 7),
      altitudeM: altitude === null || Math.abs(altitude) > 100_000 ? null : rounded(altitude, 2),
    };
  }
  return null;
}

function cameraOf(tags: TagValues): CameraSettings {
  return {
    make: madeBy(tags, 'Make'),
    model: madeBy(tags, 'Model'),
    lens: lensOf(tags),
    iso: positive(firstNumber(tags, ['ExifIFD:ISO', 'Composite:ISO', 'XMP-exif:ISO'])),
    exposureSeconds: positive(firstNumber(tags, ['ExifIFD:ExposureTime', 'XMP-exif:ExposureTime'])),
    aperture: positive(firstNumber(tags, ['ExifIFD:FNumber', 'XMP-exif:FNumber'])),
    focalLengthMm: positive(firstNumber(tags, ['ExifIFD:FocalLength', 'XMP-exif:FocalLength'])),
  };
}

/** Raw files of some makers keep the names in groups of their own. */
function madeBy(tags: TagValues, name: 'Make' | 'Model'): string | null {
  return firstText(tags, [`IFD0:${name}`, `XMP-tiff:${name}`]) ?? textOf(firstOfAnyGroup(tags, name));
}

function lensOf(tags: TagValues): string | null {
  const keys = ['ExifIFD:LensModel', 'XMP-exifEX:LensModel', 'Composite:LensID', 'XMP-aux:Lens', 'Composite:Lens'];
  for (const key of keys) {
    const lens = textOf(tags.get(key));
    if (isNamed(lens)) return lens;
  }
  return null;
}

/** Cameras without a lens that they know write dashes, zeros, or ExifTool says so. */
export function isNamed(lens: string | null): lens is string {
  return lens !== null && !/^([-\s0.?]*|unknown.*|n\/a|none)$/i.test(lens);
}

/** Fractions to ten digits, as ExifTool writes them. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 ? Number(value.toPrecision(10)) : null;
}

function rounded(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}
