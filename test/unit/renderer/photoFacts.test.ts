/** @file The table of what a photo's file says of itself. */
import { describe, expect, it } from 'vitest';
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import { differingFacts } from '../../../renderer/state/compare/photoDifferences.ts';
import { photoFacts } from '../../../renderer/state/photo/facts.ts';
import { formatsFor } from '../../../resources/messages/format.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';

const photo: PhotoDetails = {
  id: 1,
  revision: 1,
  fileName: 'IMG_1.jpg',
  folder: 'Coast',
  width: 6000,
  height: 4000,
  caption: null,
  tags: [],
  problem: null,
  waiting: false,
  unreachable: null,
  path: '/a.jpg',
  sizeBytes: 5_200_000,
  modifiedMs: Date.UTC(2024, 4, 1, 12),
  format: 'jpeg',
  takenLocal: '2024-05-01T18:30:00.250',
  takenOffsetMinutes: -210,
  latitude: -33.8568,
  longitude: 151.2153,
  altitudeM: 12.4,
  camera: 'X100',
  lens: null,
  iso: 12_800,
  exposureS: 0.004,
  aperture: 2.8,
  focalLengthMm: 23,
  averageColour: null,
  colourProfile: 'sRGB',
  fileInfo: noFileInfo,
  marks: { rating: null, flag: null, label: null },
  ownMarks: { rating: null, flag: null, label: null },
  sidecarProblems: [],
  captions: [],
  altTexts: [],
  longDescriptions: [],
  photoTags: [],
  answers: [],
  fields: [],
};

const facts = (change: Partial<PhotoDetails> = {}, language: 'en' | 'zh' = 'en') =>
  Object.fromEntries(
    photoFacts({ ...photo, ...change }, texts[language].photo, formatsFor(language === 'en' ? 'en' : 'zh-CN')).map(
      ({ key, value }) => [key, value],
    ),
  );

describe('the facts of a photo', () => {
  it('are written as photographers write them', () => {
    expect(facts()).toMatchObject({
      dimensions: '6,000 × 4,000 · 24 megapixels',
      exposure: '1/250 s',
      aperture: 'f/2.8',
      iso: '12,800',
      focalLength: '23 mm',
      place: '33.8568°\u00a0S, 151.2153°\u00a0E',
      altitude: '12 m',
      format: 'JPEG',
    });
    expect(facts({ exposureS: 2.5 }).exposure).toBe('2.5 s');
    expect(facts({ latitude: 0, longitude: -70.5 }).place).toBe('0°\u00a0N, 70.5°\u00a0W');
  });

  it('show the time that the camera showed, wherever the reader is, with its offset', () => {
    expect(facts().taken).toMatch(/^May 1, 2024, 6:30\sPM UTC−03:30$/);
    expect(facts({ takenOffsetMinutes: null }).taken).toMatch(/6:30\sPM$/);
    expect(facts({ takenOffsetMinutes: 330 }).taken).toMatch(/6:30\sPM UTC\+05:30$/);
    expect(facts({ takenOffsetMinutes: 0 }).taken).toMatch(/6:30\sPM UTC\+00:00$/);
    expect(facts({}, 'zh').taken).toBe('2024年5月1日 18:30 UTC−03:30');
  });

  it('show no more of a date than is known', () => {
    const taken = (takenLocal: string, language: 'en' | 'zh' = 'en') =>
      facts({ takenLocal, takenOffsetMinutes: null }, language).taken;
    expect(['1923', '1923-05', '1923-05-07'].map((local) => taken(local))).toEqual(['1923', 'May 1923', 'May 7, 1923']);
    expect(['1923', '1923-05', '1923-05-07'].map((local) => taken(local, 'zh'))).toEqual([
      ...['1923年', '1923年5月', '1923年5月7日'],
    ]);
  });

  it('show a damaged date as it stands', () => {
    expect(facts({ takenLocal: '0000-00-00T00:00:00' }).taken).toContain('0000-00-00');
  });

  it('leave out what is not known', () => {
    const bare = facts({
      width: null,
      takenLocal: null,
      latitude: null,
      camera: null,
      exposureS: null,
      aperture: null,
      iso: null,
      focalLengthMm: null,
      altitudeM: null,
      colourProfile: null,
      format: null,
      folder: '',
    });
    expect(Object.keys(bare)).toEqual(['fileName', 'fileSize', 'modified']);
  });
});

it('of photos that are compared, only what is not the same of all of them is told', () => {
  const others = [
    { ...photo, fileName: 'b.jpg', modifiedMs: 5 },
    { ...photo, camera: 'X200', lens: '23mm' },
  ];
  expect(differingFacts([photo, ...others], texts.en.photo, formatsFor('en'))).toEqual([
    { key: 'camera', label: 'Camera', values: ['X100', 'X100', 'X200'] },
    { key: 'lens', label: 'Lens', values: [undefined, undefined, '23mm'] },
  ]);
});
