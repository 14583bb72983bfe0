/** @file What `npm run build` made (run it first): the parts are there and work from where they lie. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';

const run = promisify(execFile);

it('the built command starts the built model host and answers', async () => {
  const { stdout } = await run(process.execPath, [
    resolve('out/main/vignette.js'),
    'ask',
    resolve('resources/demo-photos/Coast/IMG_1000.jpg'),
    'what is the ground?',
    '--model',
    'demo',
    '--json',
  ]);
  expect(z.object({ text: z.string() }).parse(JSON.parse(stdout)).text).toBe('sea');
});

it('the preload script, which runs sandboxed, needs nothing but Electron', async () => {
  const script = await readFile(resolve('out/preload/preload.cjs'), 'utf8');
  expect([...script.matchAll(/require\(["'`]([^"'`]+)/g)].map((match) => match[1])).toEqual(['electron']);
});

it('the page names only files of its own, and holds no script or style in its text', async () => {
  const page = await readFile(resolve('out/renderer/index.html'), 'utf8');
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].every((match) => match[1]?.startsWith('./'))).toBe(true);
  expect(page).not.toMatch(/<style|<script[^>]*>[^<]|\sstyle=|\son\w+=/);
});
