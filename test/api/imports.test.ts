/** @file Imports through the API, over every transport: shown first, then done with the person's choices, as one run. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractImportPlan, ImportEvent, ImportedFile } from '../../preload/contract/imports.ts';
import { type OpenedApi, openApi } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('imports over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  let file: ImportedFile;

  beforeAll(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
    await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'mine' });
    const path = join(test.photoFolder, 'captions.json');
    await writeFile(path, JSON.stringify({ wide: ['theirs'], upright: ['an upright one'], nobody: ['x'] }));
    file = { path, format: null, use: null, column: null };
  });
  afterAll(() => api[Symbol.asyncDispose]());

  async function planned(changes: Partial<ImportedFile> = {}): Promise<ContractImportPlan> {
    for await (const event of await client.imports.plan({ ...file, ...changes })) {
      if (event.type === 'done') return event.plan;
    }
    throw new Error('the plan has no end');
  }

  it('shows what is new, what stands against what, and what is left out, and changes nothing', async () => {
    expect(await planned()).toEqual({
      ...{
        format: 'json',
        use: 'caption',
        photos: 1,
        captions: 1,
        altTexts: 0,
        longDescriptions: 0,
        tags: 0,
        answers: 0,
        marks: 0,
        approvals: 0,
        same: 0,
        conflicts: 1,
        leftOut: 1,
      },
      firstRows: [{ fileName: 'upright.jpg', captions: ['an upright one'], tags: [], answers: [] }],
      firstConflicts: [
        {
          ...{ photoId: test.photoId('wide.jpg'), revision: 1, fileName: 'wide.jpg' },
          ...{ kind: 'caption', question: null, here: 'mine', there: ['theirs'] },
        },
      ],
      firstRemarks: [{ name: 'nobody', remark: 'unmatched' }],
    });
    expect((await client.runs.list({ limit: 10, withEdits: true })).map(({ kind }) => kind)).toEqual(['edit']);
  });

  it('does it as the person chose, and undoes it as one', async () => {
    const choices = [
      { photoId: test.photoId('wide.jpg'), kind: 'caption' as const, question: null, choice: 'replace' as const },
    ];
    let end: ImportEvent | undefined;
    for await (const event of await client.imports.run({ ...file, onConflict: 'keep', choices })) end = event;
    if (end?.type !== 'done' || end.runId === null) throw new Error('nothing was imported');
    expect(end.photos).toBe(2);
    const caption = async () => (await client.photos.details({ id: test.photoId('wide.jpg') })).captions[0]?.text;
    expect(await caption()).toBe('theirs');
    await client.runs.revert({ runId: end.runId });
    expect(await caption()).toBe('mine');
  });

  it('refuses what it cannot read, and a path that starts nowhere', async () => {
    await expect(planned({ path: join(test.photoFolder, 'none.json') })).rejects.toMatchObject({
      code: 'IMPORT_UNREADABLE',
    });
    await expect(planned({ path: 'captions.json' })).rejects.toMatchObject({ code: 'PATH_INVALID' });
    await expect(planned({ format: 'csv' })).rejects.toMatchObject({ code: 'IMPORT_NOT_CSV' });
  });
});
