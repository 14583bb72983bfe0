/** @file What photos say of themselves, for ExifTool to write into made-up ones: as cameras leave them, and as editors do. */
import { readFile, writeFile } from 'node:fs/promises';
import type { LazyExifTool } from '../main/library/files/exifTool.ts';

/** Writes tags into a picture. @param file where it may lie meanwhile */
export async function withTags(
  exifTool: LazyExifTool,
  file: string,
  jpeg: Buffer,
  tags: readonly string[],
): Promise<Buffer> {
  await writeFile(file, jpeg);
  await (await exifTool.get()).write(file, {}, { writeArgs: [...tags, '-overwrite_original'] });
  return await readFile(file);
}

const towns = [
  ['Brest', 'France', 48.39, 4.49],
  ['Porto', 'Portugal', 41.15, 8.61],
  ['Bergen', 'Norway', 60.39, -5.32],
  ['Trieste', 'Italy', 45.65, -13.77],
] as const;

export function cameraTags(index: number): string[] {
  const [, , latitude, west] = towns[index % towns.length] ?? towns[0];
  return [
    ...['-IFD0:Make=Canon', '-IFD0:Model=Canon EOS R5', '-ExifIFD:LensModel=RF 24-105mm F4 L', '-IFD0:Orientation#=1'],
    ...[`-ExifIFD:DateTimeOriginal=2024:05:${String(index + 1).padStart(2, '0')} 10:11:12`, '-ExifIFD:ISO=400'],
    ...[
      '-ExifIFD:ExposureTime=1/250',
      '-ExifIFD:FNumber=5.6',
      '-ExifIFD:FocalLength=70',
      '-ExifIFD:SubSecTimeOriginal=12',
    ],
    ...[`-GPSLatitude=${latitude}`, '-GPSLatitudeRef=N', `-GPSLongitude=${Math.abs(west)}`],
    `-GPSLongitudeRef=${west > 0 ? 'W' : 'E'}`,
  ];
}

export function editorTags(index: number): string[] {
  const [city, country] = towns[index % towns.length] ?? towns[0];
  const words = ['sea', 'boat', 'harbour', 'evening', `trip ${index}`];
  const names = ['Anna Example', 'Ben Example', 'Carl Example'].slice(0, (index % 3) + 1);
  const regions = names.map(
    (name, at) => `{Area={X=0.${at + 2},Y=0.3,W=0.1,H=0.2,Unit=normalized},Name=${name},Type=Face}`,
  );
  return [
    ...cameraTags(index),
    ...[`-XMP-dc:Title=Harbour ${index}`, '-XMP-dc:Description=Boats at the pier in the evening'],
    ...[`-IPTC:ObjectName=Harbour ${index}`, '-IPTC:Caption-Abstract=Boats at the pier in the evening'],
    ...words.flatMap((word) => [`-XMP-dc:Subject=${word}`, `-IPTC:Keywords=${word}`]),
    ...words.flatMap((word) => [`-XMP-lr:HierarchicalSubject=things|${word}`, `-XMP-digiKam:TagsList=things/${word}`]),
    `-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=96,H=64,Unit=pixel},RegionList=[${regions.join(',')}]}`,
    ...names.map((name) => `-XMP-iptcExt:PersonInImage=${name}`),
    ...[`-XMP-photoshop:City=${city}`, `-XMP-photoshop:Country=${country}`, `-IPTC:City=${city}`],
    ...['-XMP-xmp:Rating=4', '-XMP-xmp:Label=Red', '-XMP-dc:Creator=Ann Example', '-XMP-dc:Rights=© Ann Example'],
  ];
}
