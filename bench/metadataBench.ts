/**
 * @file `npm run bench library metadata [PHOTOS] [jpeg|png|webp|heic …] [camera|editor]`: what reading titles, keywords,
 * people and places adds to the first scan. Two libraries over the same photos are read in turns, a few photos at a time: one keeps everything
 * that files say, the other one what it kept before there was file information (sizes, dates, positions, cameras, ratings).
 * Both read in this process, as picture processes do it. The one before asks ExifTool where it had to then: for photos with
 * IPTC or XMP, for WebP with any metadata and for all of HEIC.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Catalog } from '../main/library/catalog/catalog.ts';
import { LazyExifTool } from '../main/library/files/exifTool.ts';
import { fileInfoTags } from '../main/library/images/fileInfo/fileInfo.ts';
import { placeNear } from '../main/library/images/fileInfo/gpsPlace.ts';
import { ratingTags } from '../main/library/images/fileInfo/rating.ts';
import { interpretTags, wantedTags } from '../main/library/images/interpretTags.ts';
import { MetadataReader } from '../main/library/images/metadataReader.ts';
import { readDetails } from '../main/library/images/readDetails.ts';
import { realDisk } from '../main/library/photos/disk.ts';
import { startReaderThread } from '../main/library/startReaderThread.ts';
import { addRoot } from '../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../main/library/watch/scan.ts';
import { systemVolumes } from '../main/library/watch/volumes.ts';
import { noFileInfo } from '../schemas/fileInfo.ts';
import { generatePictures, type PictureKind, pictureKinds } from './madePictures.ts';
import { cameraTags, editorTags, withTags } from './photoTags.ts';
import type { Row } from './report.ts';

/** What was read before, of the tags that are read now. */
const tagsBefore = wantedTags.filter((tag) => ratingTags.includes(tag) || !fileInfoTags.includes(tag));

const formats: Readonly<Record<KindName, string>> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', heic: 'HEIC' };

interface Side {
  readonly what: string;
  readonly catalog: Catalog;
  readonly metadata: Pick<MetadataReader, 'read'>;
  scanMs: number;
  readMs: number;
  /** Of each page. */
  readonly pageMs: number[];
}

type KindName = keyof typeof pictureKinds;

/** @param flags `[PHOTOS] [KIND …] [camera|editor]`: everything where nothing is named */
export async function metadataBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 10_000);
  const named = Object.keys(pictureKinds).filter((name): name is KindName => flags.includes(name));
  const kinds = named.length > 0 ? named : (Object.keys(pictureKinds) as KindName[]);
  // Loaded once for a library, and not for every photo.
  await placeNear({ latitude: 48.39, longitude: -4.49 });
  const rows: Row[] = [];
  for (const kind of kinds) {
    if (!flags.includes('editor')) {
      // Only JPEGs with nothing but EXIF, and PNGs, were read without ExifTool before.
      const isPlain = kind === 'jpeg' || kind === 'png';
      rows.push(
        ...(await compared(`${kind} with EXIF alone, as cameras write it`, photos, kind, cameraTags, !isPlain)),
      );
    }
    if (!flags.includes('camera')) {
      const parts = kind === 'jpeg' ? 'EXIF, IPTC and XMP' : 'EXIF and XMP';
      const what = `${kind} with ${parts}, as Lightroom and digiKam write them`;
      rows.push(...(await compared(what, photos, kind, editorTags, true)));
    }
  }
  return rows;
}

async function compared(
  what: string,
  photos: number,
  kindName: KindName,
  tags: (index: number) => string[],
  throughExifTool: boolean,
): Promise<Row[]> {
  const kind: PictureKind = pictureKinds[kindName];
  const format = formats[kindName];
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  await using exifTool = new LazyExifTool('This bench needs', { processes: 2 });
  const pictures = path.join(folder.path, 'photos');
  const one = path.join(folder.path, `one.${kind.extension}`);
  await generatePictures(pictures, photos, kind, async (file, index) => {
    const wanted = tags(index).filter((tag) => kindName === 'jpeg' || !tag.startsWith('-IPTC:'));
    return await withTags(exifTool, one, file, wanted);
  });
  const opened = (name: string) =>
    Catalog.open(path.join(folder.path, name), { startReader: startReaderThread, owner: 'the benchmark' });
  await using catalogBefore = opened('before');
  await using catalogNow = opened('now');
  const all = new MetadataReader(exifTool);
  const few = new MetadataReader(exifTool, tagsBefore);
  const withoutInfo: Side['metadata'] = {
    read: async (file, ...others) => ({
      ...(throughExifTool
        ? interpretTags(await few.readThoroughly(file, format), format)
        : await few.read(file, ...others)),
      info: noFileInfo,
    }),
  };
  const before: Side = side(`${what}: before`, catalogBefore, withoutInfo);
  const now: Side = side(`${what}: now`, catalogNow, all);
  const sides = [before, now];
  for (const side of sides) await scan(side, pictures);
  await readInTurns(sides);
  // Comparing folders with the catalog is the same work for both.
  const scanMs = Math.min(...sides.map((side) => side.scanMs));
  // The middle one of the pages' ratios: a page during which the machine did something else does not count.
  const ratio = middle(now.pageMs.map((ms, page) => ms / (before.pageMs[page] ?? Number.NaN)));
  return sides.map((side) => ({
    what: side.what,
    photos,
    'scan s': scanMs / 1e3,
    'metadata s': side.readMs / 1e3,
    'photos/s': photos / (side.readMs / 1e3),
    ...(side === now
      ? {
          'times before, metadata alone': ratio,
          'times before, first scan': (scanMs + ratio * before.readMs) / (scanMs + before.readMs),
        }
      : {}),
  }));
}

function side(what: string, catalog: Catalog, metadata: Side['metadata']): Side {
  return { what, catalog, metadata, scanMs: 0, readMs: 0, pageMs: [] };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function scan(side: Side, pictures: string): Promise<void> {
  const { catalog } = side;
  const context = { catalog, disk: realDisk, volumes: systemVolumes(realDisk, process.platform), debounceMs: 1500 };
  await addRoot(context, pictures, { watched: true });
  const start = performance.now();
  await scanLibrary(context);
  side.scanMs = performance.now() - start;
}

/** A page of photos each, first the one and then the other: what else the machine does meets both. */
async function readInTurns(sides: readonly Side[]): Promise<void> {
  const pages = sides.map((side) => pagesOf(side));
  for (let turn = 0; ; turn++) {
    const order = turn % 2 === 0 ? pages : pages.toReversed();
    const done = [];
    for (const page of order) done.push((await page.next()).done);
    if (done.every(Boolean)) return;
  }
}

async function* pagesOf(side: Side): AsyncGenerator<void> {
  const { photos, fileInfo, writtenXmp, embeddedText } = side.catalog;
  const pageSize = 128;
  for (;;) {
    const start = performance.now();
    // Reads one page, and is told that nothing is left then.
    let isFirst = true;
    const onePage: Pick<typeof photos, 'withoutDetails' | 'setRead'> = {
      withoutDetails: (afterId) => {
        const page = isFirst ? photos.withoutDetails(afterId, pageSize) : [];
        isFirst = false;
        return page;
      },
      setRead: (read) => photos.setRead(read),
    };
    const read = await readDetails({ photos: onePage, fileInfo, writtenXmp, embeddedText, metadata: side.metadata });
    if (read === 0) return;
    const ms = performance.now() - start;
    side.readMs += ms;
    side.pageMs.push(ms);
    yield;
  }
}
