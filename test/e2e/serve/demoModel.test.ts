/** @file The whole of it: the `vignette serve` command, the model host, the bundled model, the page in a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { launchBrowser, maxWaitMs } from './browser.ts';

const demoPhotos = resolve('resources/demo-photos');
const expectedSchema = z.object({
  answers: z.array(z.object({ file: z.string(), prompt: z.string(), beams: z.int(), text: z.string() })),
});

let browser: Browser;
let command: ChildProcess;
let library: Awaited<ReturnType<typeof temporaryFolder>>;
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
  library = await temporaryFolder();
  const args = ['main/cli/vignette.ts', 'serve', demoPhotos, '--model', 'demo', '--json', '--library', library.path];
  command = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  url = z.object({ url: z.string() }).parse(JSON.parse(await firstLine(command))).url;
});

afterAll(async () => {
  await browser.close();
  if (command.exitCode === null) command.kill('SIGKILL');
  await library[Symbol.asyncDispose]();
});

it('captions the demo photos as the reference does, live on the page', async () => {
  const expected = expectedSchema.parse(JSON.parse(await readFile(resolve(demoPhotos, 'expected.json'), 'utf8')));
  const captions = new Map(
    expected.answers
      .filter((answer) => answer.prompt === 'a photo of' && answer.beams === 1)
      .map((answer) => [answer.file, answer.text]),
  );
  const page = await browser.newPage();
  page.setDefaultTimeout(maxWaitMs);
  await page.goto(url);
  const first = 'Coast/IMG_1000.jpg';
  await page.getByRole('option', { name: captions.get(first) ?? '' }).waitFor();
  await using catalog = Catalog.openToRead(library.path, { startReader: startReaderThread });
  const kept = catalog.connection.prepare<[], [string, string]>(
    `SELECT relative_path || '/' || name, text FROM photo JOIN folder ON folder.id = folder_id
     JOIN caption ON caption.id = shown_caption_id`,
  );
  await eventually(() => expect(new Map(kept.raw().all())).toEqual(captions), maxWaitMs);
});

it.skipIf(process.platform === 'win32')(
  'the served library ends on an interrupt (Windows sends none to a single process)',
  async () => {
    const exited = once(command, 'exit');
    command.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  },
);
