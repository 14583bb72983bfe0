/** @file Failures that were stored are said in the language of the moment, with the values of their errors, and are tried again only where that can help. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemOf } from '../../../main/library/catalog/problems.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { Problem } from '../../../schemas/problem.ts';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary, textOf } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

const resources = new AsyncDisposableStack();
let library: ServedLibrary;
let opened: OpenedPage;

const tooLarge = problemOf(
  new ImageError('IMAGE_TOO_LARGE', 'This picture is too large: the limit is 120 megapixels.', {
    details: { width: 20_000, height: 10_000, maxPixels: 120_000_000 },
  }),
);
const outOfMemory = problemOf(new VignetteError('OUT_OF_MEMORY', 'There is not enough memory.'));
/** Of before schema 12, of which only the sentence is known. */
const old: Problem = { code: 'IMAGE_TOO_LARGE', message: 'It was too large.' };

beforeAll(async () => {
  library = resources.use(await serveLibrary(['Coast']));
  const { catalog } = library.app;
  const ids = ['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg'].map((name) => library.photoId(name));
  catalog.connection.write(() => {
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } });
    const add = catalog.connection.prepare<[number, number], { id: number }>(
      `INSERT INTO job (run_id, photo_id, state, created_at_ms) VALUES (?, ?, 'waiting', 0) RETURNING id`,
    );
    for (const [index, problem] of [tooLarge, outOfMemory, old].entries())
      catalog.jobs.fail(add.get(runId, ids[index] ?? 0)?.id ?? 0, problem);
    catalog.connection.prepare(`UPDATE job SET error_facts = NULL WHERE error_message = ?`).run(old.message);
    catalog.runs.setState(runId, 'done');
  });
  opened = resources.use(await openPage(library, '#/library'));
}, 90_000);
afterAll(() => resources.disposeAsync());

async function speak(language: 'zh' | 'system'): Promise<void> {
  await library.client.settings.set({ language });
  await opened.page.reload();
  await opened.page.getByRole('main').waitFor();
}

async function failures(): Promise<{ names: string[]; texts: string[] }> {
  const items = opened.page.locator('section[aria-labelledby="queue-failures"] li');
  await expect.poll(() => items.count()).toBe(3);
  const names = await items.getByRole('button').evaluateAll((all) => all.map((one) => one.textContent?.trim() ?? ''));
  const texts = await items.getByRole('paragraph').allTextContents();
  return { names: names.filter((name) => name !== ''), texts };
}

it('of jobs say why in English, and offer another try where it can help', async () => {
  const { page } = opened;
  await page.keyboard.press('q');
  const { names, texts } = await failures();
  expect(names).toEqual(['IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1010.jpg']);
  expect(texts).toEqual([
    'This picture is too large: the limit is 120 megapixels.',
    'Can be retried after the file changes.',
    'There is not enough memory.',
    'It was too large.',
  ]);
  const section = page.locator('section[aria-labelledby="queue-failures"]');
  await expect.poll(() => section.getByRole('button', { name: 'Retry IMG_1000.jpg' }).count()).toBe(0);
  await expect.poll(() => section.getByRole('button', { name: 'Retry IMG_1005.jpg' }).count()).toBe(1);
  await expect.poll(() => section.getByRole('button', { name: 'Retry IMG_1010.jpg' }).count()).toBe(1);
  await expect.poll(() => section.getByRole('button', { name: 'Retry all' }).count()).toBe(1);
  expect(await accessibilityProblems(opened)).toEqual([]);
});

it('of jobs and photos say the same in Chinese, with the values of the error', async () => {
  const { page } = opened;
  await speak('zh');
  await page.keyboard.press('q');
  await expect
    .poll(async () => (await failures()).texts)
    .toEqual([
      '图片过大：20000 × 10000 为 200 百万像素，此类图片的上限为 120 百万像素。',
      '文件更改后可以重试。',
      '内存不足。',
      '图片过大，无法打开。',
    ]);
  await page.keyboard.press('Escape');
  const photoId = library.photoId('IMG_1015.jpg');
  const { photos } = library.app.catalog;
  photos.setProblem(photoId, photos.get(photoId).revision, tooLarge);
  await page.evaluate((id) => location.assign(`#/photo/${id}`), photoId);
  const showDetails = () => page.getByRole('tab').nth(1).click();
  await showDetails();
  const notice = page.getByRole('alert');
  await expect
    .poll(() => textOf(notice))
    .toMatch(/^无法使用该照片。\s*图片过大：20000 × 10000 为 200 百万像素，此类图片的上限为 120 百万像素。$/);
  await speak('system');
  await showDetails();
  await expect
    .poll(() => textOf(notice))
    .toMatch(/^The photo cannot be used\.\s*This picture is too large: the limit is 120 megapixels\.$/);
  expect(opened.complaints).toEqual([]);
});

it('of a photo that has changed since can be tried again', async () => {
  const { page } = opened;
  const { connection } = library.app.catalog;
  connection.write(() => {
    connection.prepare('UPDATE photo SET revision = revision + 1 WHERE id = ?').run(library.photoId('IMG_1000.jpg'));
  });
  await page.evaluate(() => location.assign('#/library'));
  await page.reload();
  await page.getByRole('main').waitFor();
  await page.keyboard.press('q');
  await page.getByRole('button', { name: 'Retry IMG_1000.jpg' }).waitFor();
});
