/**
 * @file The test suites: node* (everything without a screen), browser* (the page in Chromium), electron (the desktop
 * application). Of the first, most files share processes (node), and some have one to themselves (node-isolated).
 */
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

const servedPages = ['test/e2e/serve/**/*.test.ts'];
const desktopPages = ['test/electron/pages/**/*.test.ts'];
const browserTests = [...servedPages, ...desktopPages];
const electronTests = ['test/electron/smoke/**/*.test.ts'];

/**
 * Need a process of their own: they replace modules for whoever imports them, keep models, devices or the application's
 * entry in it, or measure its memory.
 */
const isolatedTests = [
  'test/{e2e,electron,parity}/**/*.test.ts',
  'test/library/files/settledLibraryFolder.test.ts',
  'test/library/files/withoutHardLinks.test.ts',
  'test/unit/preprocess/realImages.test.ts',
];

const nodeTests = { testTimeout: 60_000, hookTimeout: 120_000 };
// A page comes to what a test expects when it does, which on a busy machine takes longer than the second of the default.
const pageTests = { expect: { poll: { timeout: 30_000 } }, testTimeout: 240_000, hookTimeout: 120_000 };

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
          exclude: [...browserTests, ...electronTests, ...isolatedTests],
          // To start a process and to import what nearly all files do takes longer than most of them.
          isolate: false,
          ...nodeTests,
        },
      },
      {
        test: {
          name: 'node-isolated',
          include: isolatedTests,
          exclude: [...browserTests, ...electronTests],
          ...nodeTests,
        },
      },
      {
        test: {
          name: 'browser',
          include: servedPages,
          // The files that a process runs have one browser. The desktop application is alone in its process.
          isolate: process.env.VIGNETTE_E2E_HOST === 'desktop',
          ...pageTests,
        },
      },
      { test: { name: 'browser-isolated', include: desktopPages, ...pageTests } },
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
