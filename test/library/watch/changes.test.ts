/** @file Files that are edited, copied, deleted, or not finished yet. */

import { appendFile, copyFile, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RunStore } from '../../../main/library/catalog/runs/runs.ts';
import { CaptionStore } from '../../../main/library/catalog/texts/captions.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { purgeMissing } from '../../../main/library/watch/scan.ts';
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

describe('a file that changed', () => {
  it('keeps its captions, which are stale', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    await writeFile(library.path('a.jpg'), 'edited');
    expect(await library.scan()).toMatchObject({ changed: 1, found: 0, missing: 0 });
    const photo = library.at('a.jpg');
    expect(photo?.revision).toBe(2);
    expect(library.captions.of(photo?.id ?? 0)).toMatchObject([{ text: 'caption of a.jpg', photoRevision: 1 }]);
    expect(library.events.flatMap((event) => (event.kind === 'changed' ? event.photoIds : []))).toEqual([photo?.id]);
  });

  it('is the same when it was deleted and written anew, with a scan between', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    await rm(library.path('a.jpg'));
    await library.scan();
    library.nowMs += 1000;
    await library.write('a.jpg', 'edited');
    await library.scan();
    expect(library.captionsAt('a.jpg')).toEqual(['caption of a.jpg']);
    expect(library.at('a.jpg')?.revision).toBe(2);
  });

  it('is another photo when it appeared long after the one of that name was deleted', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    await rm(library.path('a.jpg'));
    await library.scan();
    library.nowMs += 60_000;
    await library.write('a.jpg', 'another');
    await library.scan();
    expect(library.captionsAt('a.jpg')).toEqual([]);
    expect(library.missing()).toEqual(['a.jpg']);
  });

  it('has not changed when only its time has', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    await utimes(library.path('a.jpg'), 1_500_000_000, 1_500_000_000);
    expect(await library.scan()).toMatchObject({ changed: 0 });
    expect(library.at('a.jpg')).toMatchObject({ revision: 1, modifiedMs: 1_500_000_000_000 });
  });

  it('has changed although another of equal size and time was copied over it', async () => {
    await using library = await WatchedLibrary.with();
    await library.write('a.jpg', 'content one', 1_600_000_000_000);
    await library.write('b.jpg', 'content two', 1_600_000_000_000);
    await library.scan();
    library.caption('b.jpg');
    await copyFile(library.path('a.jpg'), library.path('b.jpg'));
    await utimes(library.path('b.jpg'), 1_600_000_000, 1_600_000_000);
    expect(await library.scan()).toMatchObject({ changed: 1 });
    expect(library.at('b.jpg')?.revision).toBe(2);
  });

  it('is read whole where samples are equal and it was read whole before', async () => {
    await using library = await WatchedLibrary.with();
    const content = Buffer.alloc(600_000, 'x');
    await library.write('a.jpg', content, 1_500_000_000_000);
    await library.scan();
    const id = library.at('a.jpg')?.id ?? 0;
    library.photos.setContentSha256(id, 1, Buffer.from((await sha256OfFile(library.path('a.jpg'))).sha256, 'hex'));
    await utimes(library.path('a.jpg'), 1_500_000_100, 1_500_000_100);
    await library.scan();
    expect(library.at('a.jpg')?.revision).toBe(1);
    // Between the samples.
    content.writeUInt8(0, 100_000);
    await library.write('a.jpg', content, 1_500_000_200_000);
    await library.scan();
    expect(library.at('a.jpg')?.revision).toBe(2);
  });

  it('shows a model’s caption of the new content before one of the old', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    const id = library.at('a.jpg')?.id ?? 0;
    const run = library.connection
      .prepare(
        `INSERT INTO run (kind, description, state, created_at_ms) VALUES ('caption', '{"kind":"named","name":"r"}', 'done', 0)`,
      )
      .run().lastInsertRowid;
    const first = library.captions.add(id, Number(run), { text: 'first', source: 'model' });
    await appendFile(library.path('a.jpg'), 'more');
    await library.scan();
    const row = library.connection
      .prepare('SELECT shown_caption_id AS shown, shown_revision AS shownRevision, revision FROM photo WHERE id = ?')
      .get(id);
    expect(row).toEqual({ shown: first, shownRevision: 1, revision: 2 });
  });
});

describe('a file that is still being written', () => {
  it('is left until it is as it was a while before', async () => {
    let parts = 0;
    await using library = await WatchedLibrary.open({
      debounceMs: 400,
      disk: {
        ...realDisk,
        state: async (place) => {
          if (place.endsWith('a.jpg') && parts > 0) {
            parts -= 1;
            await appendFile(place, 'more');
          }
          return await realDisk.state(place);
        },
      },
    });
    await library.add();
    await library.write('a.jpg', 'beginning');
    parts = 3;
    const result = await library.scan();
    expect(result.unfinished).toHaveLength(1);
    expect(library.present()).toEqual([]);
    await library.scan();
    expect(library.at('a.jpg')).toMatchObject({ revision: 1, sizeBytes: 'beginningmoremoremore'.length });
  });

  it('is left when it changes while it is read', async () => {
    let isWriting = true;
    await using library = await WatchedLibrary.open({
      disk: {
        ...realDisk,
        open: async (file) => {
          if (isWriting) await appendFile(file, 'more');
          return await realDisk.open(file);
        },
      },
    });
    await library.add();
    await library.write('a.jpg', 'beginning', 1_500_000_000_000);
    expect((await library.scan()).unfinished).toHaveLength(1);
    expect(library.present()).toEqual([]);
    isWriting = false;
    await library.scan();
    expect(library.present()).toEqual(['a.jpg']);
  });

  it('holds up nobody when it was written long ago', async () => {
    await using library = await WatchedLibrary.open({ debounceMs: 3_600_000 });
    await library.add();
    await library.write('a.jpg', 'a', 1_500_000_000_000);
    await library.scan();
    expect(library.present()).toEqual(['a.jpg']);
  });
});

describe('a copy', () => {
  it('is a photo of its own, without the texts', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    await copyFile(library.path('a.jpg'), library.path('b.jpg'));
    expect(await library.scan()).toMatchObject({ found: 1, moved: 0 });
    expect(library.present()).toEqual(['a.jpg', 'b.jpg']);
    expect(library.captionsAt('a.jpg')).toEqual(['caption of a.jpg']);
    expect(library.captionsAt('b.jpg')).toEqual([]);
  });

  it('does not take over the texts when somebody wrote about it', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg', 'of the original');
    await copyFile(library.path('a.jpg'), library.path('b.jpg'));
    await library.scan();
    library.caption('b.jpg', 'of the copy');
    await rm(library.path('a.jpg'));
    await library.scan();
    expect(library.captionsAt('b.jpg')).toEqual(['of the copy']);
    expect(library.missing()).toEqual(['a.jpg']);
  });
});

describe('a file that is gone', () => {
  it('is missing, and back with its texts when it returns, wherever that is', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
    library.caption('a.jpg');
    await rename(library.path('a.jpg'), library.path('../outside.jpg'));
    expect(await library.scan()).toMatchObject({ missing: 1 });
    expect(library.missing()).toEqual(['a.jpg']);
    library.nowMs += 10 * 24 * 3_600_000;
    await mkdir(library.path('found'));
    await rename(library.path('../outside.jpg'), library.path('found/again.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, moved: 1 });
    expect(library.captionsAt('found/again.jpg')).toEqual(['caption of a.jpg']);
    expect(library.missing()).toEqual([]);
  });

  it('stays in the catalog after the grace period where a person talked about it', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
    const id = library.at('a.jpg')?.id ?? 0;
    library.connection.prepare('INSERT INTO conversation (photo_id, created_at_ms) VALUES (?, 0)').run(id);
    await rm(library.path('a.jpg'));
    await rm(library.path('b.jpg'));
    await library.scan();
    library.nowMs += 2;
    expect(await purgeMissing(library.context, { graceMs: 1 })).toBe(1);
    expect(library.missing()).toEqual(['a.jpg']);
    expect(library.connection.prepare('SELECT count(*) FROM conversation').pluck().get()).toBe(1);
  });

  it('stays in the catalog where a person approved what a model wrote about it', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
    const captions = new CaptionStore(library.connection);
    const id = library.at('a.jpg')?.id ?? 0;
    const runId = new RunStore(library.connection).begin({
      kind: 'caption',
      description: { kind: 'named', name: 'Caption' },
    });
    const basedOnId = captions.add(id, runId, { text: 'a boat', source: 'model' });
    captions.write(id, 'a boat', { basedOnId });
    expect(captions.of(id).map(({ source }) => source)).not.toContain('human');
    await rm(library.path('a.jpg'));
    await rm(library.path('b.jpg'));
    await library.scan();
    library.nowMs += 2;
    expect(await purgeMissing(library.context, { graceMs: 1 })).toBe(1);
    expect(library.missing()).toEqual(['a.jpg']);
  });

  it('leaves the catalog after the grace period, unless somebody wrote about it', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg', 'c.jpg');
    library.caption('a.jpg');
    await rm(library.path('a.jpg'));
    await rm(library.path('b.jpg'));
    await library.scan();
    const graceMs = 30 * 24 * 3_600_000;
    expect(await purgeMissing(library.context, { graceMs })).toBe(0);
    library.nowMs += graceMs + 1;
    const told: unknown[] = [];
    const context = { ...library.context, onEvent: (event: unknown) => told.push(event) };
    expect(await purgeMissing(context, { graceMs })).toBe(1);
    expect(told).toEqual([{ kind: 'purged', photoIds: [expect.any(Number)] }]);
    expect(library.missing()).toEqual(['a.jpg']);
    const texts = library.connection.prepare('SELECT count(*) FROM photo_text').pluck().get();
    expect(texts).toBe(2);
  });
});
