/** @file The test suites: node (everything without a screen), browser (the page in Chromium), electron (the desktop application). */
import { defineConfig } from 'vitest/config';

const browserTests = ['test/e2e/serve/**/*.test.ts', 'test/electron/pages/**/*.test.ts'];
const electronTests = ['test/electron/smoke/**/*.test.ts'];

export default defineConfig({
  test: {
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
