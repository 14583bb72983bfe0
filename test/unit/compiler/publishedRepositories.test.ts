/**
 * @file What the importer does with every repository that docs/models.md names, and with re-uploads and fine-tunes of
 * them, by the record of what the hub lists.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { importCheckpoint } from '../../../native-models/compiler/importCheckpoint.ts';
import { it } from '../../support/fixtures.ts';
import { publishedRecord, writePublishedLayout } from '../../support/publishedLayout.ts';

/** Where the first weight would be written, everything about a checkpoint has been checked. */
const checked = new Error('the checkpoint is sound');

describe.each(publishedRecord.repositories)('$repository ($listing)', (repository) => {
  const { expected } = repository;
  const title = expected === 'imported' ? 'is imported' : `is refused: ${expected.code}, … ${expected.message} …`;

  it(title, async ({ folder }) => {
    const source = path.join(folder.path, 'checkpoint');
    await writePublishedLayout(repository, source);
    const stop = new AbortController();
    const imported = importCheckpoint({
      source,
      modelsFolder: path.join(folder.path, 'models'),
      id: 'published',
      precision: 'auto',
      signal: stop.signal,
      onPrecision: () => stop.abort(checked),
    });
    if (expected === 'imported') await expect(imported).rejects.toBe(checked);
    else {
      const { code, message } = expected;
      await expect(imported).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    }
  });
});

it('every repository that docs/models.md names is among those that are imported here', async () => {
  const text = await readFile(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  const named = [...text.matchAll(/`Salesforce\/([a-z0-9.-]+)`/g)].map(([, name]) => `Salesforce/${name}`);
  const walked = new Set(publishedRecord.repositories.map(({ repository }) => repository));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !walked.has(name))).toEqual([]);
});
