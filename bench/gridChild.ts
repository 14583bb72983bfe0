/**
 * @file The library of the grid benchmark and its servers, in a process of their own, so that its memory and what blocks it
 * are the application's alone. Started by gridBench.ts.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as z from 'zod';
import { findInstallation } from '../main/api/installation.ts';
import type { LiveApp } from '../main/api/liveApp.ts';
import { startServer } from '../main/server/serve.ts';
import { openBenchApp } from './benchApp.ts';
import { pictureCount, questionSchema } from './gridQuestions.ts';

const openSchema = z.object({ libraryFolder: z.string(), plainPage: z.string() });
/** What is measured is how much longer than this a timer waits. */
const resolutionMs = 2;

process.once('message', async (message) => {
  const { libraryFolder, plainPage } = openSchema.parse(message);
  const app = await openLibrary(libraryFolder);
  const page = await startServer({ app });
  const plain = await startServer({ app, pageFolder: plainPage });
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  process.on('message', async (question) => {
    const asked = questionSchema.parse(question);
    if (asked === 'page') process.send?.(page.newUrl());
    else if (asked === 'plain') process.send?.(plain.newUrl());
    else if (asked === 'blocked') {
      process.send?.(Math.max(0, delay.max / 1e6 - resolutionMs));
      delay.reset();
    } else {
      await Promise.all([page.close(), plain.close()]);
      await app[Symbol.asyncDispose]();
      process.exit();
    }
  });
  // The other process came to an end in the middle of something.
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
});

/** Opened, but not started: its made-up files are nowhere to be found. */
async function openLibrary(libraryFolder: string): Promise<LiveApp> {
  const { demoPhotosFolder } = findInstallation();
  const app = await openBenchApp(libraryFolder);
  const files = (await readdir(demoPhotosFolder, { recursive: true })).filter((name) => name.endsWith('.jpg'));
  for (let index = 0; index < pictureCount; index += 1) {
    const file = path.join(demoPhotosFolder, files[index % files.length] ?? '');
    const fingerprint = Buffer.from(String(index).padStart(32, '0')).toString('hex');
    for (const sizePx of [256, 512] as const) await app.thumbnails.get({ path: file, fingerprint }, sizePx);
  }
  return app;
}
