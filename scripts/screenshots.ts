/**
 * @file Pictures of every page, light and dark, at two widths and at 200 % zoom, for people to look at, and what axe and the
 * browser complain about: `npm run screenshots [-- [zh] [WIDTHxHEIGHT…] [NAME…]]`, `zh` for Chinese.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { texts as allTexts } from '../resources/messages/texts.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from '../test/e2e/serve/servedLibrary.ts';
import { eventually } from '../test/support/eventually.ts';
import { fill } from './screenshots/fillLibrary.ts';
import { type Shot, shots } from './screenshots/shots.ts';

const outFolder = join(resolve(import.meta.dirname, '..'), '.vignette', 'screenshots');
/** In CSS pixels; the last is what 1920 × 1080 leaves at 200 % zoom. */
const defaultSizesPx = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 960, height: 540 },
];
const demoFolders = ['Coast', 'Desert', 'Meadow', 'Town', 'Winter'];
/** Runs in the page. */
const picturesAreThere = `[...document.images]
  .filter((image) => image.getBoundingClientRect().top < window.innerHeight)
  .every((image) => image.complete)`;
/** Pictures fade in, panels come up. */
const fadeMs = 600;
const maxMs = 120_000;

const words = process.argv.slice(2);
const language = words.includes('zh') ? 'zh' : 'en';
const size = /^(\d+)x(\d+)$/;
const askedSizesPx = words.flatMap((word) => {
  const [, width, height] = size.exec(word) ?? [];
  return width === undefined ? [] : [{ width: Number(width), height: Number(height) }];
});
const sizesPx = askedSizesPx.length === 0 ? defaultSizesPx : askedSizesPx;
const only = words.filter((word) => word !== 'zh' && !size.test(word));

async function shoot(library: ServedLibrary, shot: Shot, colorScheme: 'light' | 'dark'): Promise<void> {
  await using opened = await openPage(library, shot.hash, colorScheme);
  const { page } = opened;
  for (const size of sizesPx) {
    await page.setViewportSize(size);
    await page.reload();
    await page.getByRole('navigation').first().waitFor();
    await page.waitForLoadState('networkidle');
    await shot.prepare?.(page);
    await page.waitForTimeout(fadeMs);
    await eventually(async () => {
      // From outside: the page's own policy lets it evaluate nothing.
      if ((await page.evaluate(picturesAreThere)) !== true) throw new Error('Some pictures did not come.');
    }, maxMs);
    await page.waitForTimeout(fadeMs);
    const path = join(outFolder, `${shot.name}-${colorScheme}-${size.width}.png`);
    await page.screenshot({ path });
    console.log(path);
    for (const problem of await accessibilityProblems(opened)) console.log(`${shot.name}, axe: ${problem}`);
  }
  for (const complaint of opened.complaints) console.log(`${shot.name}: ${complaint}`);
}

await mkdir(outFolder, { recursive: true });
await using library = await serveLibrary(demoFolders);
const ids = await fill(library);
await library.client.settings.set({ language });
for (const colorScheme of ['dark', 'light'] as const) {
  for (const shot of shots(ids, allTexts[language]).filter(({ name }) => only.length === 0 || only.includes(name)))
    await shoot(library, shot, colorScheme).catch((error: unknown) => {
      // The other pictures are taken all the same.
      console.error(`${shot.name}: ${String(error)}`);
      process.exitCode = 1;
    });
  library.app.catalog.settings.set('tourSeen', false);
  await shoot(library, { name: 'first-run', hash: '#/library' }, colorScheme);
  library.app.catalog.settings.set('tourSeen', true);
}
