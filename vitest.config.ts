/** @file The test suites: node (everything without a screen), browser (the page in Chromium), electron (the desktop application). */
import { realpathSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SlowFilesFirst } from './test/support/slowFilesFirst.ts';

// On macOS this folder is a link, on Windows it may have a short name: tests compare the paths that they make in it with
// the real ones that a catalog keeps.
const temporaryFolder = realpathSync.native(tmpdir());
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporaryFolder;

// Many tests start processes from their sources, which all have the same files to compile.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, 'node_modules/.cache/node');

const browserTests = ['test/e2e/serve/**/*.test.ts', 'test/electron/pages/**/*.test.ts'];
const electronTests = ['test/electron/smoke/**/*.test.ts'];

export default defineConfig({
  test: {
    // Much of what is tested waits for other processes, for a page or for a drive: with no more files at a time than there
    // are cores, a fifth of their time is wasted. No test depends on how fast it is.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: SlowFilesFirst },
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [...browserTests, ...electronTests],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: browserTests,
          // A page comes to what a test expects when it does, which on a busy machine takes longer than the second of the default.
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'electron',
          include: electronTests,
          expect: { poll: { timeout: 30_000 } },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
