/**
 * @file What a page shows is compared with what is expected until both agree (`expect.poll`, or a locator's `waitFor`),
 * never once: the page follows the library a moment later, and on a busy machine that moment is long.
 */
import { glob, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const folders = 'test/{e2e/serve,electron/pages,electron/smoke}/**/*.ts';

/** An expectation about one reading of a page. */
const readsOnce =
  /\bexpect\(\s*(?:await |\(await )[^;]*?\b(?:textOf|allInnerTexts|allTextContents|innerText|textContent|inputValue|getAttribute|count|isChecked|isDisabled|isEnabled|isHidden|isVisible|boundingBox|evaluate|evaluateAll|title)\([^;]*?\)\s*\.(?:not\.)?to[A-Z]/g;

it('no test compares one reading of a page', async () => {
  const found: string[] = [];
  for await (const file of glob(folders)) {
    const text = await readFile(file, 'utf8');
    for (const { index } of text.matchAll(readsOnce)) found.push(`${file}:${text.slice(0, index).split('\n').length}`);
  }
  expect(found).toEqual([]);
});

it('no test presses the button of a notice without saying of which', async () => {
  const found: string[] = [];
  for await (const file of glob(folders)) {
    if ((await readFile(file, 'utf8')).includes("page.getByRole('button', { name: 'Undo' })")) found.push(file);
  }
  expect(found).toEqual([]);
});

it('the search for readings finds the readings that there are', () => {
  for (const line of [
    'expect(await row.count()).toBe(1)',
    "expect(await page.locator('.mirror').textContent()).not.toBe('tall')",
    "expect(\n  await textOf(row),\n).toBe('')",
    'expect((await row.boundingBox())?.x).toBe(1)',
  ]) {
    expect(line.match(readsOnce), line).not.toBeNull();
  }
  expect('await expect.poll(() => row.count()).toBe(1)'.match(readsOnce)).toBeNull();
});
