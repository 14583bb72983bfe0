/** @file The page lies below a path that differs from library to library: what it asks for is addressed relative to it. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const fromTheRoot = /["'`(]\/(?:photo|download|api|assets)\b/;
/** Places in the page itself, after the `#`. */
const routes = path.join('renderer', 'state', 'route.ts');

it('the page asks for nothing from the root of its host', async () => {
  const entries = await readdir('renderer', { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(?:ts|svelte|css|html)$/.test(entry.name))
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => file !== routes);
  expect(files.length).toBeGreaterThan(100);
  const wrong: string[] = [];
  for (const file of files) if (fromTheRoot.test(await readFile(file, 'utf8'))) wrong.push(file);
  expect(wrong).toEqual([]);
});
