/**
 * @file `npm run bench app busy [PHOTOS]`: how long the main process keeps others waiting while many photos are read,
 * thumbnails are made and captions are written, with a page that asks for what it shows all the time.
 */
import { appendFile, cp, mkdir, mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createRouterClient } from '@orpc/server';
import { findInstallation } from '../main/api/installation.ts';
import type { LiveApp } from '../main/api/liveApp.ts';
import { router } from '../main/api/router.ts';
import { openBenchApp } from './benchApp.ts';
import type { Row } from './report.ts';

const askEveryMs = 250;
const shownPhotos = 60;
/** What is measured is how much longer than this a timer waits. */
const resolutionMs = 5;

export async function busyBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 300);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const pictures = path.join(folder.path, 'photos');
  await copyPhotos(pictures, photos);
  await using app = await openBenchApp(path.join(folder.path, 'library'));
  await app.folders.addFolder(pictures, { captions: true });
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const startMs = performance.now();
  delay.enable();
  await app.start();
  await untilCaptioned(app, photos);
  delay.disable();
  const seconds = (performance.now() - startMs) / 1e3;
  const waited = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return [
    {
      what: 'reading, thumbnails and captions, with a page',
      photos,
      seconds,
      'photos/s': photos / seconds,
      'blocked p99 ms': waited(delay.percentile(99)),
      'blocked p99.9 ms': waited(delay.percentile(99.9)),
      'blocked at most ms': waited(delay.max),
    },
  ];
}

/** Each with content of its own: a JPEG ends where it says so, and what follows is no part of the picture. */
async function copyPhotos(folder: string, photos: number): Promise<void> {
  const { demoPhotosFolder } = findInstallation();
  const files = (await readdir(demoPhotosFolder, { recursive: true })).filter((name) => name.endsWith('.jpg'));
  await mkdir(folder);
  for (let index = 0; index < photos; index += 1) {
    const copy = path.join(folder, `IMG_${index}.jpg`);
    await cp(path.join(demoPhotosFolder, files[index % files.length] ?? ''), copy);
    await appendFile(copy, String(index));
  }
}

/** Meanwhile asks for what a page asks for. */
async function untilCaptioned(app: LiveApp, photos: number): Promise<void> {
  const client = createRouterClient(router, { context: { app } });
  for (;;) {
    const { captioned } = (await client.library.overview()).counts;
    if (captioned === photos) return;
    await client.photos.list({ query: '', order: 'taken', descending: true });
    const ids = (await app.finding.ids('', undefined)).slice(0, shownPhotos);
    await client.photos.cards({ ids });
    for (const photoId of ids) await app.thumbnails.get(app.catalog.photos.get(photoId), 256);
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}
