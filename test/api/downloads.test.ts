/** @file Files to be fetched: the latest few are kept, and older ones go with their content. */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { Downloads } from '../../main/api/downloads.ts';
import { it } from '../support/fixtures.ts';

it('the list of files to be fetched keeps the last four, and nothing of those before', async ({ folder }) => {
  const place = path.join(folder.path, 'downloads');
  await using downloads = new Downloads(place);
  const ids: string[] = [];
  for (const name of ['1', '2', '3', '4', '5', '6']) {
    const file = await downloads.newFile();
    await writeFile(file, name);
    ids.push((await downloads.offer(file, { fileName: name, contentType: 'text/plain' })).id);
    expect(ids.filter((id) => downloads.find(id) !== undefined)).toEqual(ids.slice(-4));
    expect((await readdir(place)).sort()).toEqual(ids.slice(-4).sort());
  }
});
