/** @file Thumbnails that nobody waits for any more, and photos that are not tried again. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskCache } from '../../../main/library/files/diskCache.ts';
import { PictureProcesses } from '../../../main/library/images/process/pictureProcesses.ts';
import { Quarantine } from '../../../main/library/images/quarantine.ts';
import { Thumbnails } from '../../../main/library/images/thumbnails.ts';
import { serializeError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { FakePictures, turns } from './fakePictures.ts';
import { problemStore } from './imageTools.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let processes: FakePictures;
let pictures: PictureProcesses;
let thumbnails: Thumbnails;
let problems: ReturnType<typeof problemStore>;
/** Requests that have joined the line, but for one turn. */
let joined: number;

beforeEach(async () => {
  joined = 0;
  folder = await temporaryFolder();
  processes = new FakePictures();
  pictures = new PictureProcesses({ startProcess: processes.start, photosAtOnce: 1 });
  problems = problemStore();
  thumbnails = new Thumbnails({
    cache: new DiskCache({ folder: folder.path, maxBytes: 1e9 }),
    renditions: {
      copyOf: async () => {
        joined += 1;
        return undefined;
      },
    },
    pictures,
    quarantine: new Quarantine(problems),
  });
});
afterEach(async () => {
  await pictures[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const photo = (name: string) => ({ path: `/photos/${name}`, fingerprint: Buffer.from(name).toString('hex') });
const made = [{ sizePx: 256, bytes: Buffer.from('thumbnail') }];

/** Until as many requests have come as that; the disk is asked first. */
async function requests(count: number): Promise<void> {
  while (processes.requests.length < count) await turns();
}

describe('a thumbnail', () => {
  it('that was scrolled past before its turn came is not made, and one that is still wanted is', async () => {
    const inHand = thumbnails.get(photo('in hand'), 256);
    await requests(1);
    const scrolledPast = new AbortController();
    const { signal } = scrolledPast;
    const abandoned = thumbnails.get(photo('abandoned'), 256, { signal });
    const shared = [thumbnails.get(photo('shared'), 256, { signal }), thumbnails.get(photo('shared'), 256)] as const;
    const last = thumbnails.get(photo('last'), 256, { priority: -1 });
    while (joined < 5) await turns();
    await turns();
    scrolledPast.abort();
    await expect(abandoned).rejects.toBe(signal.reason);
    await expect(shared[0]).rejects.toBe(signal.reason);
    for (const name of ['in hand', 'shared', 'last']) {
      while (!processes.files.includes(`/photos/${name}`)) await turns();
      processes.about(`/photos/${name}`).answer(made);
    }
    await Promise.all([inHand, shared[1], last]);
    expect(processes.files).toEqual(['in hand', 'shared', 'last'].map((name) => `/photos/${name}`));
  });

  it('of a photo that ends its process is refused from then on, without another attempt', async () => {
    const first = thumbnails.get(photo('deadly'), 256).catch((error: unknown) => error);
    for (let attempt = 1; attempt <= 2; attempt++) {
      await requests(attempt);
      processes.about('/photos/deadly').endProcess();
      await turns();
    }
    expect(await first).toMatchObject({ code: 'IMAGE_DECODER_CRASHED' });
    await expect(thumbnails.get(photo('deadly'), 512)).rejects.toMatchObject({
      code: 'IMAGE_DECODER_CRASHED',
      details: { path: '/photos/deadly' },
    });
    expect(processes.requests).toHaveLength(2);
  });

  it('is tried where only the metadata could not be read', async () => {
    const half = photo('half broken');
    problems.setProblemOf(half.fingerprint, { code: 'IMAGE_CORRUPT', message: 'This file is damaged.' });
    const asked = thumbnails.get(half, 256);
    await requests(1);
    processes.about(half.path).answer(made);
    expect(Buffer.from(await asked).toString()).toBe('thumbnail');
  });

  it('that cannot be made for reasons of its own is no reason to set the photo aside', async () => {
    const broken = photo('broken');
    const asked = thumbnails.get(broken, 256).catch((error: unknown) => error);
    await requests(1);
    const error = serializeError(new ImageError('IMAGE_CORRUPT', 'This file is damaged.'));
    processes.about(broken.path).refuse({ type: 'error', error });
    expect(await asked).toMatchObject({ code: 'IMAGE_CORRUPT', details: { path: broken.path } });
    expect(problems.problemOf(broken.fingerprint)).toBeUndefined();
  });
});
