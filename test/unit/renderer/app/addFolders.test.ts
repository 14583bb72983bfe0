/** @file Adding several folders at once. */
import { expect, it } from 'vitest';
import { addFolders, type FoldersPage } from '../../../../renderer/state/addFolders.ts';
import { texts } from '../../../../resources/messages/texts.ts';

it('addFolders adds those that the library takes, names them by their last part, and reports the others', async () => {
  const did: unknown[] = [];
  const page: FoldersPage = {
    texts: texts.en,
    client: {
      library: {
        addFolder: async ({ path }: { readonly path: string }) => {
          if (path === '/gone') throw new Error('no such folder');
          did.push(['added', path]);
        },
      },
    },
    refreshOverview: async () => void did.push('refreshed'),
    toast: (text: string) => void did.push(text),
    showList: (list: object) => void did.push(list),
    report: (error: unknown) => void did.push(String(error)),
  };
  await addFolders(page, ['/photos/2024/', '/gone', 'C:\\Photos']);
  expect(did).toEqual([
    ...[['added', '/photos/2024/'], 'refreshed', texts.en.frame.folderAdded('2024'), { query: '' }],
    'Error: no such folder',
    ...[['added', 'C:\\Photos'], 'refreshed', texts.en.frame.folderAdded('Photos'), { query: '' }],
  ]);
});
