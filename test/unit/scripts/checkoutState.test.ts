/** @file That `npm test` sees what the suites leave in the checkout. */
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { unchangedCheckout } from '../../../scripts/checkoutState.ts';
import { it } from '../../support/fixtures.ts';

it('the check of the checkout fails with the names of the files that were left, changed or removed meanwhile, and of no others', async ({
  folder,
}) => {
  const write = (name: string, text: string) => writeFile(path.join(folder.path, name), text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], { cwd: folder.path });
  git('init', '--quiet');
  await write('.gitignore', 'out/\n*.log\n');
  for (const name of ['kept.txt', 'changed.txt', 'removed.txt']) await write(name, name);
  git('add', '.');
  git('commit', '--quiet', '--message', 'Begin');
  await write('mine.txt', 'not committed before the tests either');

  const step = await unchangedCheckout(folder.path);
  await write('ignored.log', '');
  expect(await step.run()).toEqual({ passed: 1, failed: 0, skipped: [], output: '' });
  await write(':memory:', '');
  await write('changed.txt', 'otherwise');
  await rm(path.join(folder.path, 'removed.txt'));
  expect(await step.run()).toMatchObject({
    passed: 0,
    failed: 1,
    output: 'Changed while the tests ran:\n D removed.txt\n M changed.txt\n?? :memory:',
  });
});

it('the check of the checkout is skipped with a reason where there is no repository to ask', async ({ folder }) => {
  const { skipped, ...counts } = await (await unchangedCheckout(folder.path)).run();
  expect(counts).toEqual({ passed: 0, failed: 0, output: '' });
  expect(skipped).toEqual([expect.stringContaining('not a git repository')]);
});
