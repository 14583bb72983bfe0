/** @file Real picture processes: what ends one costs one photo, is told as its problem, and is not tried at every start. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { prepareLooks } from '../../../main/library/images/prepareLooks.ts';
import { forkPictures } from '../../../main/library/images/process/pictureProcesses.ts';
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
    libraryFolder: path.join(folder, 'library'),
    owner: 'test',
    debounceMs: 0,
    startPictures,
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
  await readDetails({
    photos,
    fileInfo: catalog.fileInfo,
    writtenXmp: catalog.writtenXmp,
    embeddedText: catalog.embeddedText,
    metadata: pictures,
  });
  await prepareLooks({ photos, thumbnails, pictures });
}

describe('a photo that ends the process that reads it', () => {
  it('is put in quarantine with its reason, and the others are read; the next start does not try it again', async () => {
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
        message: expect.stringMatching(
          /^Reading this file crashed the photo reader twice \(.+\); it is skipped until the file changes\.$/,
        ),
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
    expect(await shown(await tools.thumbnails.get(await contentOf(file), 256))).toMatchObject({ width: 60 });
    await expect(tools.pictures.read(file)).rejects.toMatchObject({
      code: 'IMAGE_DECODER_MEMORY',
      message:
        'Reading this file takes more than the 0 GB of memory that one photo may use; it is skipped until the file changes.',
      details: { path: file },
    });
  });

  it.runIf(process.platform === 'linux')('ends an ExifTool that outgrows its memory, too', async () => {
    const limits = { residentBytes: 150e6, decodeBytes: 150e6, timeoutMs: 60_000 };
    await using tools = await openImageTools({ limits: { limits } });
    const plain = await cornersPicture(60, 40).png().toBuffer();
    const text = Buffer.concat([Buffer.from('zTXtTitle\0\0', 'latin1'), deflateSync(Buffer.alloc(200e6))]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(text.byteLength - 4, 0);
    frame.writeUInt32BE(crc32(text), 4);
    const bomb = [plain.subarray(0, -12), frame.subarray(0, 4), text, frame.subarray(4), plain.subarray(-12)];
    const file = path.join(tools.folder, 'bomb.png');
    await writeFile(file, Buffer.concat(bomb));
    await expect(tools.pictures.read(file)).rejects.toMatchObject({ code: 'IMAGE_DECODER_MEMORY' });
  });

  it('leaves what it has no room for to one that has', async () => {
    let started = 0;
    await using tools = await openImageTools({
      startProcess: (listeners) => {
        started += 1;
        return forkPictures(listeners);
      },
      // Not enough for twelve bytes of each pixel.
      limits: { limits: { residentBytes: 1e9, decodeBytes: 1000, timeoutMs: 60_000 } },
    });
    const heic = path.join(import.meta.dirname, '../../fixtures/images/turnedDisplayP3.heic');
    expect(await shown(await tools.thumbnails.get(await contentOf(heic), 256))).toMatchObject({
      width: 64,
      height: 96,
    });
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
