/** @file Real picture processes: what ends one costs one photo, is told as its problem, and is not tried at every start. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { prepareLooks } from '../../../main/library/images/prepareLooks.ts';
import { forkPictures, PictureProcesses } from '../../../main/library/images/process/pictureProcesses.ts';
import { pictureRequestSchema } from '../../../main/library/images/process/pictureProtocol.ts';
import { readDetails } from '../../../main/library/images/readDetails.ts';
import { type Library, openLibrary } from '../../../main/library/openLibrary.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import type { StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { openImageTools } from './imageTools.ts';
import { contentOf, cornersPicture, shown } from './pictures.ts';

/** Ends a process as soon as it is to read one of these, as a decoder does that runs into a hole of its own. */
function deadlyFor(isDeadly: (file: string, type: string) => boolean): { start: StartHostProcess; deaths: string[] } {
  const deaths: string[] = [];
  return {
    deaths,
    start: (listeners) => {
      const connection = forkPictures(listeners);
      return {
        ...connection,
        send: (message) => {
          const { work } = pictureRequestSchema.parse(message);
          if ('file' in work && isDeadly(work.file, work.type)) {
            deaths.push(`${work.type} ${path.basename(work.file)}`);
            connection.kill();
          } else connection.send(message);
        },
      };
    },
  };
}

async function openedLibrary(folder: string, startPictures: StartHostProcess): Promise<Library> {
  return await openLibrary({
    ...{ libraryFolder: path.join(folder, 'library'), owner: 'test', settleMs: 0, startPictures },
    onNotice: () => undefined,
    queue: {
      isBackground: false,
      openModel: () => {
        throw new Error('nothing is asked of a model here');
      },
    },
  });
}

/** What the keeper of a library does in the background. */
async function readAll({ catalog, pictures, thumbnails }: Library): Promise<void> {
  const { photos } = catalog;
  await readDetails({ photos, metadata: pictures });
  await prepareLooks({ photos, thumbnails, pictures });
}

describe('a photo that ends the process that reads it', () => {
  it('is set aside with its reason, and the others are read; the next start does not try it again', async () => {
    await using folder = await temporaryFolder();
    const photoFolder = path.join(folder.path, 'photos');
    await mkdir(photoFolder);
    const names = ['fine.jpg', 'metadata.jpg', 'picture.jpg', 'also fine.jpg'];
    for (const [shade, name] of names.entries()) {
      await writeFile(
        path.join(photoFolder, name),
        await cornersPicture(60 + shade, 40)
          .jpeg()
          .toBuffer(),
      );
    }
    const { start, deaths } = deadlyFor(
      (file, type) =>
        (file.endsWith('metadata.jpg') && type === 'metadata') ||
        (file.endsWith('picture.jpg') && type === 'thumbnails'),
    );
    const idOf = new Map<string, number>();
    {
      await using library = await openedLibrary(folder.path, start);
      await addRoot(library.watch, photoFolder, { watched: true });
      await scanLibrary(library.watch);
      for (const { id, path: file } of library.catalog.photos.withoutDetails(0, 10)) idOf.set(path.basename(file), id);
      await readAll(library);
      const photo = (name: string) => library.catalog.photos.get(idOf.get(name) ?? 0);
      expect(photo('metadata.jpg').problem).toMatchObject({
        code: 'IMAGE_DECODER_CRASHED',
        message: expect.stringMatching(/^Reading this file ended the process that reads photos, twice \(.+\)\.$/),
      });
      expect(photo('picture.jpg').problem).toMatchObject({ code: 'IMAGE_DECODER_CRASHED' });
      for (const name of ['fine.jpg', 'also fine.jpg']) expect(photo(name).details?.height, name).toBe(40);
      expect(library.catalog.photos.withoutLooks(0, 10)).toEqual([]);
      expect(deaths.toSorted()).toEqual([
        ...Array(2).fill('metadata metadata.jpg'),
        ...Array(2).fill('thumbnails picture.jpg'),
      ]);
    }
    await using again = await openedLibrary(folder.path, start);
    await readAll(again);
    const photo = again.catalog.photos.get(idOf.get('picture.jpg') ?? 0);
    // Nor when somebody looks at it, or a model is to caption it.
    await expect(again.thumbnails.get(photo, 256)).rejects.toMatchObject({ code: 'IMAGE_DECODER_CRASHED' });
    await expect(again.renditions.viewableFile(photo)).rejects.toMatchObject({ code: 'IMAGE_DECODER_CRASHED' });
    expect(deaths).toHaveLength(4);
  });
});

describe('a picture process', () => {
  it('ends itself above its limit of memory; what needs more has a process with more', async () => {
    await using tools = await openImageTools({
      // Less than any process has.
      limits: { limits: { residentBytes: 1e6, decodeBytes: 1e6, timeoutMs: 60_000 } },
    });
    const file = path.join(tools.folder, 'photo.jpg');
    await writeFile(file, await cornersPicture(60, 40).jpeg().toBuffer());
    expect((await tools.pictures.read(file)).shownSize).toEqual({ width: 60, height: 40 });
    const tooLittle = { residentBytes: 1e6, decodeBytes: 1e6, timeoutMs: 60_000 };
    await using poor = new PictureProcesses({ limits: { limits: tooLittle, roomyLimits: tooLittle } });
    await expect(poor.read(file)).rejects.toMatchObject({ code: 'IMAGE_DECODER_MEMORY', details: { path: file } });
  });

  it('leaves a large AVIF to one that has room for it', async () => {
    let started = 0;
    await using tools = await openImageTools({
      startProcess: (listeners) => {
        started += 1;
        return forkPictures(listeners);
      },
      // Not enough for 20 bytes of each of 1.2 million pixels.
      limits: { limits: { residentBytes: 1e9, decodeBytes: 20e6, timeoutMs: 60_000 } },
    });
    const file = path.join(tools.folder, 'large.avif');
    // Beyond what the thumbnails' own decoder takes in one go, which needs no estimate.
    await writeFile(file, await cornersPicture(6000, 4100).avif({ effort: 0, quality: 30 }).toBuffer());
    const thumbnail = await shown(await tools.thumbnails.get(await contentOf(file), 256));
    expect(thumbnail).toMatchObject({ width: 256, height: 175 });
    expect(started).toBe(2);
  });

  it.skipIf(process.platform === 'win32')('takes its ExifTool along when it is killed', async () => {
    const ends: (() => void)[] = [];
    await using tools = await openImageTools({
      startProcess: (listeners) => {
        const connection = forkPictures(listeners);
        ends.push(() => connection.kill());
        return connection;
      },
    });
    const file = path.join(tools.folder, 'needs ExifTool.webp');
    await writeFile(
      file,
      await cornersPicture(60, 40).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>').webp().toBuffer(),
    );
    await tools.pictures.read(file);
    const own = (await exifToolProcesses()).filter(({ grandparent }) => grandparent === process.pid);
    expect(own.length).toBeGreaterThan(0);
    for (const end of ends) end();
    const stillRuns = async () => (await exifToolProcesses()).some(({ pid }) => own.some((one) => one.pid === pid));
    while (await stillRuns()) await new Promise(setImmediate);
  });
});

async function exifToolProcesses(): Promise<{ pid: number; grandparent: number | undefined }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args=']);
  const all = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
  const parentOf = new Map(all.map(([, pid, parent]) => [Number(pid), Number(parent)]));
  return all
    .filter(([, , , args]) => args?.includes('-stay_open'))
    .map(([, pid, parent]) => ({ pid: Number(pid), grandparent: parentOf.get(Number(parent)) }));
}
