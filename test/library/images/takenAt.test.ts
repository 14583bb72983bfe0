/** @file When a photo was taken, from what cameras and programs wrote. */
import { describe, expect, it } from 'vitest';
import { parseTakenAt, takenAtOf } from '../../../main/library/images/takenAt.ts';

describe('the moment a photo was taken', () => {
  it('is the camera’s clock, with fractions and offset where they were recorded', () => {
    expect(parseTakenAt('2024:05:03 10:11:12', '054', '+02:00')).toEqual({
      local: '2024-05-03T10:11:12.054',
      offsetMinutes: 120,
      sortMs: Date.UTC(2024, 4, 3, 8, 11, 12, 54),
    });
    expect(parseTakenAt('2024:05:03 10:11:12', '5')?.local).toBe('2024-05-03T10:11:12.500');
    expect(parseTakenAt('2024:05:03 10:11:12', '123456')?.local).toBe('2024-05-03T10:11:12.123');
  });

  it('sorts as if the clock had shown UTC where no offset is known', () => {
    expect(parseTakenAt('2024:05:03 10:11:12')).toEqual({
      local: '2024-05-03T10:11:12',
      offsetMinutes: null,
      sortMs: Date.UTC(2024, 4, 3, 10, 11, 12),
    });
  });

  it('is read from the forms of XMP and ISO too', () => {
    expect(parseTakenAt('2024-05-03T10:11:12.25-03:30')).toEqual({
      local: '2024-05-03T10:11:12.250',
      offsetMinutes: -210,
      sortMs: Date.UTC(2024, 4, 3, 13, 41, 12, 250),
    });
    expect(parseTakenAt('2024:05:03 10:11:12Z')?.offsetMinutes).toBe(0);
    expect(parseTakenAt('2024:05:03')?.local).toBe('2024-05-03');
    expect(parseTakenAt('1890:05:03 00:00:00')?.local).toBe('1890-05-03T00:00:00');
  });

  it.each([
    '0000:00:00 00:00:00',
    '    :  :     :  :  ',
    '2024:13:01 00:00:00',
    '2023:02:29 00:00:00',
    '2024:04:31 10:00:00',
    '2024:05:03 24:00:00',
    '2024:05:03 10:60:00',
    '0024:05:03 10:00:00',
    '2024:13',
    '2024:00:03',
    '1825',
    '19230',
    '1923 or so',
    'yesterday',
    '',
  ])('is not %j, which no clock shows', (value) => {
    expect(parseTakenAt(value)).toBeNull();
  });

  it.each([
    ['1923', '1923', Date.UTC(1923, 0)],
    ['1923:00:00', '1923', Date.UTC(1923, 0)],
    ['1923-00-00', '1923', Date.UTC(1923, 0)],
    ['1993:00:00 12:00:00', '1993', Date.UTC(1993, 0)],
    ['1923:  :     :  :  ', '1923', Date.UTC(1923, 0)],
    ['1923-05', '1923-05', Date.UTC(1923, 4)],
    ['1923:05', '1923-05', Date.UTC(1923, 4)],
    ['1923:05:00', '1923-05', Date.UTC(1923, 4)],
    ['1923:05:00 00:00:00', '1923-05', Date.UTC(1923, 4)],
    ['1923:05:   :  :  ', '1923-05', Date.UTC(1923, 4)],
    ['1923-05-07', '1923-05-07', Date.UTC(1923, 4, 7)],
  ])('of %j is no more than what is known', (value, local, sortMs) => {
    expect(parseTakenAt(value)).toEqual({ local, offsetMinutes: null, sortMs });
  });

  it('of which one place knows the beginning is what another one knows of the same time', () => {
    const of = (first: unknown, second: string) =>
      takenAtOf(
        new Map([
          ['XMP-photoshop:DateCreated', first],
          ['IPTC:DateCreated', second],
        ]),
      )?.local;
    // ExifTool writes a bare year as a number.
    expect(of(1923, '1923:05:00')).toBe('1923-05');
    expect(of('1923:05', '1923:05:07')).toBe('1923-05-07');
    expect(of('1923:05', '1923:06:07')).toBe('1923-05');
    expect(of('1923:05:07', '1923:00:00')).toBe('1923-05-07');
    expect(of(1923, '2010:01:02 03:04:05')).toBe('1923');
  });

  it('keeps its date where the offset makes no sense', () => {
    expect(parseTakenAt('2024:05:03 10:11:12', null, '+25:00')).toEqual({
      local: '2024-05-03T10:11:12',
      offsetMinutes: null,
      sortMs: Date.UTC(2024, 4, 3, 10, 11, 12),
    });
  });

  it('is the shutter’s before the digitisation’s, and never the last change', () => {
    const tags = new Map<string, unknown>([
      ['IFD0:ModifyDate', '2024:09:09 09:09:09'],
      ['ExifIFD:CreateDate', '2024:02:02 02:02:02'],
      ['ExifIFD:SubSecTimeDigitized', '20'],
    ]);
    expect(takenAtOf(tags)?.local).toBe('2024-02-02T02:02:02.200');
    tags.set('ExifIFD:DateTimeOriginal', '2024:01:01 01:01:01');
    expect(takenAtOf(tags)?.local).toBe('2024-01-01T01:01:01');
    tags.set('ExifIFD:DateTimeOriginal', '0000:00:00 00:00:00');
    expect(takenAtOf(tags)?.local).toBe('2024-02-02T02:02:02.200');
    expect(takenAtOf(new Map([['IFD0:ModifyDate', '2024:09:09 09:09:09']]))).toBeNull();
  });

  it('has its time from another place where the best one knows the day only', () => {
    const scanned = (created: string) =>
      takenAtOf(
        new Map([
          ['XMP-photoshop:DateCreated', '1956:07:08'],
          ['ExifIFD:CreateDate', created],
        ]),
      )?.local;
    expect(scanned('1956:07:08 09:10:11')).toBe('1956-07-08T09:10:11');
    expect(scanned('2020:07:08 09:10:11')).toBe('1956-07-08');
  });

  it('is put together from IPTC’s day and time, and found in a raw file’s own groups', () => {
    const iptc = new Map([
      ['IPTC:DateCreated', '2001:02:03'],
      ['IPTC:TimeCreated', '04:05:06+01:00'],
    ]);
    expect(takenAtOf(iptc)).toMatchObject({ local: '2001-02-03T04:05:06', offsetMinutes: 60 });
    expect(takenAtOf(new Map([['CanonRaw:DateTimeOriginal', '2003:03:03 03:03:03']]))?.local).toBe(
      '2003-03-03T03:03:03',
    );
  });
});
