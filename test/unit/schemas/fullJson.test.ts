/** @file The published schema of the full JSON document is the one that Vignette writes and reads by. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { publishedFullJsonSchema } from '../../../schemas/fullJson.ts';

it('the published JSON Schema is the one that documents are read by (npm run generate:schemas makes it anew)', async () => {
  const file = path.join(import.meta.dirname, '../../../resources/schemas/vignette-captions-2.schema.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(publishedFullJsonSchema());
});
