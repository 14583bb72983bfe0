/** @file What is known of a photo's file, as rows of a table in the language of the moment. Pure; renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Formats } from '../../../resources/messages/format.ts';
import type { Texts } from '../../../resources/messages/texts.ts';

export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

function number(locale: string, value: number, digits: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** `1/250 s`; long exposures in seconds. */
function exposure(locale: string, seconds: number): string {
  return seconds < 0.3 ? `1/${number(locale, 1 / seconds, 0)} s` : `${number(locale, seconds, 1)} s`;
}

/** How much is shown of a date of which only so much is known: the length of its text decides. */
const partialDates: Readonly<Record<number, Intl.DateTimeFormatOptions>> = {
  4: { year: 'numeric' },
  7: { year: 'numeric', month: 'long' },
  10: { dateStyle: 'medium' },
};

/** As the camera's clock showed it, whatever zone the reader is in. */
export function takenAt(locale: string, local: string, offsetMinutes: number | null): string {
  const partial = partialDates[local.length];
  if (partial !== undefined)
    return new Intl.DateTimeFormat(locale, { ...partial, timeZone: 'UTC' }).format(Date.parse(local));
  const asUtcMs = Date.parse(`${local.slice(0, 19)}Z`);
  if (Number.isNaN(asUtcMs)) return local;
  const text = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    asUtcMs,
  );
  return offsetMinutes === null ? text : `${text} ${utcOffset(offsetMinutes)}`;
}

function utcOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function coordinates(locale: string, latitude: number, longitude: number): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${number(locale, Math.abs(value), 5)}°\u00a0${value < 0 ? negative : positive}`;
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'E', 'W')}`;
}

function dimensions(photo: PhotoDetails, texts: Texts['photo'], locale: string): string | undefined {
  const { width, height } = photo;
  if (width === null || height === null) return undefined;
  const megapixels = (width * height) / 1e6;
  const size = `${number(locale, width, 0)} × ${number(locale, height, 0)}`;
  return megapixels < 0.1 ? size : `${size} · ${texts.megapixels(number(locale, megapixels, 1))}`;
}

export function photoFacts(photo: PhotoDetails, texts: Texts['photo'], format: Formats): Fact[] {
  const { locale } = format;
  const place =
    photo.latitude === null || photo.longitude === null
      ? undefined
      : coordinates(locale, photo.latitude, photo.longitude);
  const known: readonly (readonly [key: string, label: string, value: string | null | undefined])[] = [
    ['fileName', texts.fileName, photo.fileName],
    ['folder', texts.folder, photo.folder],
    ['dimensions', texts.dimensions, dimensions(photo, texts, locale)],
    ['fileSize', texts.fileSize, format.bytes(photo.sizeBytes)],
    ['format', texts.format, photo.format?.toUpperCase()],
    ['taken', texts.taken, photo.takenLocal && takenAt(locale, photo.takenLocal, photo.takenOffsetMinutes)],
    ['modified', texts.modified, format.dateTime(photo.modifiedMs)],
    ['camera', texts.camera, photo.camera],
    ['lens', texts.lens, photo.lens],
    ['exposure', texts.exposure, photo.exposureS === null ? null : exposure(locale, photo.exposureS)],
    ['aperture', texts.aperture, photo.aperture === null ? null : `f/${number(locale, photo.aperture, 1)}`],
    ['iso', texts.iso, photo.iso === null ? null : number(locale, photo.iso, 0)],
    [
      'focalLength',
      texts.focalLength,
      photo.focalLengthMm === null ? null : `${number(locale, photo.focalLengthMm, 1)} mm`,
    ],
    ['place', texts.place, place],
    ['altitude', texts.altitude, photo.altitudeM === null ? null : texts.metres(number(locale, photo.altitudeM, 0))],
    ['colour', texts.colorProfile, photo.colourProfile],
  ];
  return known.flatMap(([key, label, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ key, label, value }],
  );
}
