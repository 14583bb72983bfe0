/**
 * @file What many tests begin with: a folder of their own, and a catalog in one. A test that names them in its parameters
 * gets them, and they are gone after it, what the test itself opened in them before.
 */
import { it as plainIt } from 'vitest';
import { temporaryFolder } from './temporaryFolder.ts';
import { testCatalog } from './testCatalog.ts';

export const it = plainIt
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from this pattern what a fixture needs.
  .extend('folder', async ({}, { onCleanup }) => {
    const folder = await temporaryFolder();
    onCleanup(() => folder[Symbol.asyncDispose]());
    return folder;
  })
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  .extend('test', async ({}, { onCleanup }) => {
    const test = await testCatalog();
    onCleanup(() => test[Symbol.asyncDispose]());
    return test;
  });
