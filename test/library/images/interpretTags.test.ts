/** @file What Vignette makes of metadata tags: positions, turns, texts. */
import { describe, expect, it } from 'vitest';
import { interpretTags } from '../../../main/library/images/interpretTags.ts';

const of = (tags: Readonly<Record<string, unknown>>, format = 'JPEG') =>
  interpretTags(new Map(Object.entries(tags)), format);

describe('metadata tags', () => {
  it('give the position with its signs, and none where it is not on earth or was never found', () => {
    const at = (latitude: unknown, longitude: unknown) =>
      of({ 'Composite:GPSLatitude': latitude, 'Composite:GPSLongitude': longitude }).position;
    expect(at(-33.85678901234, 151.2153)).toEqual({ latitude: -33.856789, longitude: 151.2153, altitudeM: null });
    expect(at(0, 0)).toBeNull();
    expect(at(91, 10)).toBeNull();
    expect(at(10, -181)).toBeNull();
    expect(at('undef', 10)).toBeNull();
    expect(at(10, undefined)).toBeNull();
    expect(at(0, 12)).toEqual({ latitude: 0, longitude: 12, altitudeM: null });
  });

  it('give the size as stored and as shown', () => {
    const turned = of({ 'Composite:ImageSize': '40 30', 'IFD0:Orientation': 6 });
    expect([turned.storedSize, turned.shownSize, turned.orientation]).toEqual([
      { width: 40, height: 30 },
      { width: 30, height: 40 },
      6,
    ]);
    expect(of({ 'Composite:ImageSize': '40 30', 'IFD0:Orientation': 9 }).orientation).toBe(1);
    expect(of({}).storedSize).toBeNull();
  });

  it('turn a HEIC by its own properties and not once more by its EXIF', () => {
    const heic = (tags: Readonly<Record<string, unknown>>) =>
      of({ 'IFD0:Orientation': 6, ...tags }, 'HEIC').orientation;
    expect(heic({})).toBe(1);
    // A quarter turn counter-clockwise is EXIF's 8; a mirror then acts on the turned picture.
    expect([0, 1, 2, 3].map((turns) => heic({ 'QuickTime:Rotation': turns }))).toEqual([1, 8, 3, 6]);
    expect([0, 1, 2, 3].map((turns) => heic({ 'QuickTime:Rotation': turns, 'QuickTime:Mirroring': 0 }))).toEqual([
      4, 5, 2, 7,
    ]);
    expect([0, 1, 2, 3].map((turns) => heic({ 'QuickTime:Rotation': turns, 'QuickTime:Mirroring': 1 }))).toEqual([
      2, 7, 4, 5,
    ]);
  });

  it('name the lens only where a name is given', () => {
    expect(of({ 'ExifIFD:LensModel': '----', 'Composite:LensID': 'EF 50mm f/1.8' }).camera.lens).toBe('EF 50mm f/1.8');
    expect(of({ 'ExifIFD:LensModel': '0.0 mm f/0.0', 'Composite:LensID': 'Unknown (0)' }).camera.lens).toBe(
      '0.0 mm f/0.0',
    );
    expect(of({ 'Composite:LensID': 'Unknown (0)' }).camera.lens).toBeNull();
  });

  it('give texts without control characters, and every keyword once', () => {
    const { info } = of({
      'XMP-dc:Title': ' A\u0000 title\u0007 ',
      'IPTC:Caption-Abstract': 2024,
      'XMP-dc:Subject': ['sea', 'sky'],
      'IPTC:Keywords': 'sea',
      'IFD0:XPKeywords': 'boat; sky',
      'XMP-xmp:Rating': 7,
      'IFD0:Rating': 4,
    });
    expect(info).toEqual({
      texts: [
        { kind: 'title', text: 'A title', property: 'XMP-dc:Title', sidecar: null },
        { kind: 'caption', text: '2024', property: 'IPTC:Caption-Abstract', sidecar: null },
      ],
      keywords: [
        { path: 'sea', property: 'XMP-dc:Subject', sidecar: null },
        { path: 'sky', property: 'XMP-dc:Subject', sidecar: null },
        { path: 'boat', property: 'IFD0:XPKeywords', sidecar: null },
      ],
      people: [],
      places: [],
      rating: { stars: 5, property: 'XMP-xmp:Rating', sidecar: null },
    });
  });

  it.each<[Record<string, unknown>, number | null]>([
    [{ 'XMP-xmp:Rating': 4 }, 4],
    [{ 'XMP-xmp:Rating': '3.0' }, 3],
    [{ 'XMP-xmp:Rating': 2.5 }, 3],
    [{ 'XMP-xmp:Rating': 4.4 }, 4],
    [{ 'XMP-xmp:Rating': 6 }, 5],
    [{ 'XMP-xmp:Rating': 0 }, 0],
    [{ 'XMP-xmp:Rating': -1 }, -1],
    [{ 'XMP-xmp:Rating': '-0.5' }, -1],
    [{ 'XMP-xmp:Rating': -2 }, null],
    [{ 'XMP-xmp:Rating': 'good' }, null],
    [{ 'XMP-xmp:Rating': 75, 'IFD0:Rating': 4 }, 4],
    [{ 'IFD0:Rating': 3, 'IFD0:RatingPercent': 99 }, 3],
    [{ 'XMP-acdsee:Rating': 2 }, 2],
    [{ 'XMP-microsoft:RatingPercent': 1 }, 1],
    [{ 'XMP-microsoft:RatingPercent': 25 }, 2],
    [{ 'XMP-microsoft:RatingPercent': 50 }, 3],
    [{ 'IFD0:RatingPercent': 75 }, 4],
    [{ 'IFD0:RatingPercent': 99 }, 5],
    [{ 'IFD0:RatingPercent': 20 }, 2],
    [{ 'IFD0:RatingPercent': 88 }, 5],
    [{ 'IFD0:RatingPercent': 0 }, 0],
    [{ 'IFD0:RatingPercent': 101 }, null],
  ])('read the rating of %j as %j stars', (tags, rating) => {
    expect(of(tags).info.rating?.stars ?? null).toBe(rating);
  });

  it('pass warnings on and keep nothing that is not a number for a number', () => {
    const metadata = of({ 'ExifTool:Warning': ['Bad IFD0'], 'ExifIFD:ISO': 'inf', 'ExifIFD:FNumber': 0 });
    expect(metadata.warnings).toEqual(['Bad IFD0']);
    expect(metadata.camera).toMatchObject({ iso: null, aperture: null });
  });
});
