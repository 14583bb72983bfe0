/** @file The test suites: node (everything without a screen), browser (the page in Chromium), electron (the desktop application). */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const browserTests = ['test/e2e/serve/**/*.test.ts', 'test/electron/pages/**/*.test.ts'];
const electronTests = ['test/electron/smoke/**/*.test.ts'];

export default defineConfig({
  test: {
    // Much of what is tested waits for other processes: with one core left free, as is usual, half of the time is wasted.
    maxWorkers: availableParallelism(),
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
      { test: { name: 'browser', include: browserTests, testTimeout: 60_000, hookTimeout: 60_000 } },
      { test: { name: 'electron', include: electronTests, testTimeout: 120_000, hookTimeout: 120_000 } },
    ],
  },
});
