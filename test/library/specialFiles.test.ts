/**
 * @file Pipes where files are expected: nothing waits for whoever might write to them. A test that fails here does not
 * end, and neither does the process that runs it.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { constraintSettings } from '../../main/cli/constraintOptions.ts';
import { textOfFile } from '../../main/cli/namedFile.ts';
import { openDatabase } from '../../main/library/catalog/database.ts';
import { OwnerLock } from '../../main/library/catalog/ownerLock.ts';
import { withPictureFile } from '../../main/library/images/fileHead.ts';
import { captionsOnly } from '../../main/library/interchange/captionDocument.ts';
import { exportSidecars } from '../../main/library/interchange/exportSidecars.ts';
import { streamOutputFile } from '../../main/library/interchange/outputFile.ts';
import { realDisk } from '../../main/library/photos/disk.ts';
import { presetsFile, takeOverPresetsFile } from '../../main/library/prompting/presetsFile.ts';
import { hashContents } from '../../main/library/watch/hashPhotos.ts';
import { serverKey } from '../../main/server/access.ts';
import { readManifest } from '../../native-models/compiler/manifest.ts';
import { it } from '../support/fixtures.ts';
import { WatchedLibrary } from './watch/watchedLibrary.ts';

const makePipe = (file: string) => execFileSync('mkfifo', [file]);

const code = (name: string) => expect.objectContaining({ code: name });

describe.skipIf(process.platform === 'win32')('a pipe', () => {
  it('in the place of a sidecar stays, fails its photo alone, and is not waited for', async ({ test }) => {
    const out = path.join(test.folder, 'out');
    const photoIds = ['a.jpg', 'b.jpg'].map((name) => test.addPhoto(name));
    for (const id of photoIds) test.catalog.captions.write(id, 'a boat');
    await mkdir(out);
    for (const format of ['txt', 'caption', 'xmp'] as const) {
      const pipe = path.join(out, format === 'xmp' ? 'a.jpg.xmp' : `a.${format}`);
      makePipe(pipe);
      const outcome = await exportSidecars(
        {
          catalog: test.catalog,
          writtenFiles: test.catalog.writtenFiles,
          writtenXmp: test.catalog.writtenXmp,
          temporaryFolder: tmpdir(),
        },
        {
          format,
          photoIds,
          folder: out,
          filter: { included: captionsOnly, humanOnly: false, withoutDoubtful: false },
        },
      );
      expect(outcome, format).toMatchObject({ written: 1, failures: [{ file: 'a.jpg' }] });
      expect(outcome.failures[0]?.message).toContain('not a regular file');
      expect((await realDisk.state(pipe)).kind).toBe('other');
    }
    expect(await readFile(path.join(out, 'b.txt'), 'utf8')).toBe('a boat\n');
  });

  it('that took the place of an output is not replaced', async ({ folder }) => {
    const file = path.join(folder.path, 'captions.json');
    makePipe(file);
    const writing = streamOutputFile(
      file,
      () => true,
      (sink) => sink.write('{}'),
    );
    await expect(writing).rejects.toThrow(code('OUTPUT_NOT_WRITABLE'));
    expect((await realDisk.state(file)).kind).toBe('other');
  });

  it('that took the place of a photo is no photo', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('long.jpg', Buffer.alloc(400_000, 'a'));
    await library.add();
    await library.scan();
    const file = library.path('long.jpg');
    await rm(file);
    makePipe(file);
    await expect(realDisk.open(file)).rejects.toThrow(code('EFTYPE'));
    await expect(withPictureFile(file, 100, async () => {})).rejects.toMatchObject({
      code: 'IMAGE_NOT_A_FILE',
      message: 'This is not a regular file.',
    });
    expect(await hashContents(library.context.disk, { photos: library.photos })).toBe(0);
    await library.scan();
    expect(library.events).toContainEqual(expect.objectContaining({ kind: 'missing' }));
  });

  it('named on the command line is refused', async ({ folder }) => {
    const pipe = path.join(folder.path, 'pipe');
    makePipe(pipe);
    await expect(constraintSettings({ tags: '@pipe' }, folder.path)).rejects.toThrow(
      'pipe cannot be read: it is not a regular',
    );
    await expect(textOfFile(pipe, 'pairs.jsonl', 100)).rejects.toThrow(code('PATH_NOT_A_FILE'));
  });

  it('in a library or a model is said, or taken for nothing', async ({ folder }) => {
    makePipe(presetsFile(folder.path));
    expect(takeOverPresetsFile(folder.path, { save: () => {} })).toMatchObject({
      code: 'presetsNotTaken',
      params: { reason: 'unreadable', detail: expect.stringContaining('it is not a regular file') },
    });
    makePipe(path.join(folder.path, 'serve.key'));
    expect(await serverKey(folder.path)).toHaveLength(32);
    makePipe(path.join(folder.path, 'model.json'));
    await expect(readManifest(folder.path)).rejects.toThrow(code('MODEL_NOT_FOUND'));
  });

  it.for(['catalog.db', 'catalog.db-wal', 'catalog.db-journal'])(
    'in the place of %s is no catalog',
    async (name, { folder }) => {
      makePipe(path.join(folder.path, name));
      expect(() => openDatabase(path.join(folder.path, 'catalog.db'))).toThrow(code('CATALOG_UNREADABLE'));
    },
  );

  it.for(['catalog.lock', 'catalog.lock.json'])('in the place of %s locks nothing', async (name, { folder }) => {
    makePipe(path.join(folder.path, name));
    expect(() => OwnerLock.take(folder.path, 'test')).toThrow(code('CATALOG_UNREADABLE'));
  });
});
