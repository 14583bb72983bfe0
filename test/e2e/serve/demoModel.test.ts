/** @file The whole of it: the `vignette serve` command, the model host, the bundled model, the page in a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { launchBrowser } from './browser.ts';

const demoPhotos = resolve('resources/demo-photos');
const expectedSchema = z.object({
  answers: z.array(z.object({ file: z.string(), prompt: z.string(), beams: z.int(), text: z.string() })),
});

let browser: Browser;
let command: ChildProcess;
let url: string;

/** The first line that the command prints says where the page is. */
async function firstLine(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    if (printed.includes('\n')) break;
  }
  return printed;
}

beforeAll(async () => {
  browser = await launchBrowser();
  const args = ['main/cli/vignette.ts', 'serve', demoPhotos, '--model', 'demo', '--json'];
  command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  url = z.object({ url: z.string() }).parse(JSON.parse(await firstLine(command))).url;
});

afterAll(async () => {
  await browser.close();
  if (command.exitCode === null) command.kill('SIGKILL');
});

it('captions the demo photos as the reference does, live on the page, and ends on an interrupt', async () => {
  const expected = expectedSchema.parse(JSON.parse(await readFile(resolve(demoPhotos, 'expected.json'), 'utf8')));
  const captions = new Map(
    expected.answers
      .filter((answer) => answer.prompt === 'a photo of' && answer.beams === 1)
      .map((answer) => [answer.file, answer.text]),
  );
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByText('30 of 30 captioned').waitFor();
  const shown = await page
    .locator('figure')
    .evaluateAll((figures) =>
      figures.map((figure): [string, string] => [
        figure.getAttribute('aria-label') ?? '',
        figure.querySelector('.caption')?.textContent ?? '',
      ]),
    );
  expect(new Map(shown)).toEqual(captions);
  const exited = once(command, 'exit');
  command.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
});
