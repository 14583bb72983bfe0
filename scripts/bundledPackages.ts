/**
 * @file The dependencies that become part of the build. The others stay outside: the native ones must, and the rest are
 * then the ones npm audited. These every start loads: as two hundred modules they take a fifth of a second, as part of the
 * build a quarter of that.
 */
export const bundledPackages: readonly string[] = [
  '@orama/stemmers',
  '@orpc/client',
  '@orpc/contract',
  '@orpc/server',
  'chokidar',
  'commander',
  'get-east-asian-width',
  're2js',
  'wink-porter2-stemmer',
  'ws',
  'zod',
];
