/** @file The pages and what is done on each before its picture is taken. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Texts } from '../../resources/messages/texts.ts';
import { sampleSize } from '../../schemas/pilot.ts';
import type { Filled } from './fillLibrary.ts';

export interface Shot {
  readonly name: string;
  readonly hash: string;
  /** What to do before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export function shots(ids: Filled, texts: Texts): Shot[] {
  const press =
    (...keys: string[]) =>
    async (page: Page) => {
      for (const key of keys) await page.keyboard.press(key);
    };
  /** The page remembers it from the picture before. */
  const pressIn = async (page: Page, name: string) => {
    const button = page.getByRole('button', { name });
    await button.waitFor();
    if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  };
  const focusQuestion = async (page: Page) => {
    const field = page.getByRole('textbox', { name: texts.chat.question });
    await field.focus();
    return field;
  };
  return [
    { name: 'library', hash: '#/library' },
    {
      name: 'library-selected',
      hash: '#/library',
      prepare: press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown'),
    },
    {
      name: 'tag-drag',
      hash: '#/library',
      prepare: async (page) => {
        await press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight')(page);
        await page.getByRole('option').nth(1).hover();
        await page.mouse.down();
        await page.getByRole('button', { name: /^things\/boat/ }).hover();
      },
    },
    {
      name: 'export',
      hash: '#/library',
      prepare: async (page) => {
        await page.keyboard.press('Control+e');
        const dialog = page.getByRole('dialog', { name: texts.exports.title });
        await dialog.getByRole('combobox', { name: texts.exports.format }).click();
        await page.getByRole('option', { name: texts.exports.formats.jsonl }).click();
        await dialog.getByLabel(texts.exports.answers, { exact: true }).check();
        await dialog.getByText(texts.exports.preview, { exact: true }).click();
        await dialog.getByText('IMG_1000.jpg').first().waitFor();
      },
    },
    {
      name: 'library-filtered',
      hash: '#/library?q=tag:things&order=name&asc=',
      prepare: async (page) => {
        await page.getByRole('combobox', { name: texts.library.filter }).click();
        await page.getByRole('combobox', { name: texts.library.filter }).press('End');
      },
    },
    {
      name: 'facets',
      hash: '#/library?q=tag:%3Dthings/boat',
      prepare: async (page) => {
        const list = page.getByRole('listbox', { name: texts.facets.names.tag, exact: true });
        if (!(await list.isVisible())) await press('Shift+f')(page);
        await list.waitFor();
      },
    },
    {
      name: 'import',
      hash: '#/library',
      prepare: async (page) => {
        await page.keyboard.press('Control+k');
        await page.keyboard.type(texts.imports.command);
        await page.keyboard.press('Enter');
        const dialog = page.getByRole('dialog', { name: texts.imports.title });
        await dialog.getByLabel(texts.imports.path).fill(join(ids.photoFolder, 'captions.json'));
        await dialog.getByRole('button', { name: texts.imports.read }).click();
        await dialog.getByText('IMG_1000.jpg').first().waitFor();
      },
    },
    {
      name: 'library-stacks',
      hash: '#/library?q=folder:Winter',
      prepare: async (page) => {
        await pressIn(page, texts.library.stacks.fold);
        await page.locator('[data-stack="6"]').waitFor();
        await press('Control+a')(page);
      },
    },
    {
      name: 'library-stack-expanded',
      hash: '#/library?q=folder:Winter',
      prepare: async (page) => {
        await pressIn(page, texts.library.stacks.fold);
        await page.locator('[data-stack="6"]').click();
        await page.locator('[data-stack="1/6"]').waitFor();
      },
    },
    {
      name: 'caption-form-stacks',
      hash: '#/library?q=folder:Winter',
      prepare: async (page) => {
        await pressIn(page, texts.library.stacks.fold);
        await page.locator('[data-stack="6"]').waitFor();
        await press('Control+a', 'Shift+C')(page);
        await page.getByRole('dialog').getByRole('checkbox').last().waitFor();
      },
    },
    { name: 'search-by-meaning', hash: '#/library?q=boat&order=relevance&semantic=' },
    { name: 'search-similar', hash: `#/library?q=similar:${ids.photoId}&order=relevance` },
    {
      name: 'palette-found',
      hash: '#/library',
      prepare: async (page) => {
        await page.keyboard.press('Control+k');
        await page.keyboard.type('bo');
        await page.getByRole('option').getByText('things/boat').waitFor();
      },
    },
    { name: 'nothing-found', hash: '#/library?q=zeppelin' },
    { name: 'commands', hash: '#/library', prepare: press('Control+k') },
    { name: 'shortcuts', hash: '#/library', prepare: press('?') },
    { name: 'photo', hash: `#/photo/${ids.photoId}` },
    {
      name: 'photo-why',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await page.keyboard.press('w');
        await page.getByRole('toolbar', { name: texts.photo.why.words }).getByText('boats').first().click();
        await page.locator('.overlay canvas').waitFor();
      },
    },
    {
      name: 'photo-full-screen',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await page.keyboard.press('f');
        await pressIn(page, texts.photo.captionOnFullScreen);
      },
    },
    {
      name: 'photo-histogram',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await page.keyboard.press('Control+]');
        await pressIn(page, texts.photo.histogram.show);
        await page.getByRole('group', { name: texts.photo.histogram.title }).locator('path').first().waitFor();
      },
    },
    {
      name: 'photo-details',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await page.getByRole('tab', { name: texts.photo.detailsTab }).click();
        await page.getByRole('heading', { name: texts.photo.inTheFile }).scrollIntoViewIfNeeded();
      },
    },
    {
      name: 'photo-tags',
      hash: `#/photo/${ids.photoId}`,
      prepare: (page) => page.getByRole('tab', { name: texts.photo.tagsTab }).click(),
    },
    {
      name: 'photo-chat-blanks',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await (await focusQuestion(page)).press('/');
        const menu = page.getByRole('menu', { name: texts.chat.savedQuestions });
        await menu.getByRole('menuitem').nth(5).click();
        await page.keyboard.type('boat');
        await press('Tab')(page);
      },
    },
    {
      name: 'photo-chat-saved',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await (await focusQuestion(page)).press('/');
        await page.getByRole('menu', { name: texts.chat.savedQuestions }).waitFor();
      },
    },
    {
      name: 'photo-chat-quote',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await page.getByRole('button', { name: texts.chat.quote }).first().waitFor();
        await press('Control+j')(page);
        await page.getByRole('menu', { name: texts.chat.quote }).waitFor();
      },
    },
    {
      name: 'photo-chat-all',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await (await focusQuestion(page)).fill('is there a ___ in the photo?');
        await press('Alt+Enter')(page);
        await page.getByRole('dialog').getByRole('button').last().waitFor();
      },
    },
    {
      name: 'photo-pixels',
      hash: `#/photo/${ids.largeId}`,
      prepare: async (page) => {
        await page.locator('img.loaded').first().waitFor();
        await press('z')(page);
        await page.locator('img.there').first().waitFor();
      },
    },
    { name: 'compare', hash: `#/compare/${ids.comparedIds.slice(0, 3).join(',')}` },
    { name: 'compare-zoomed', hash: `#/compare/${ids.comparedIds.join(',')}`, prepare: press('+', '+', '+') },
    { name: 'photo-captions', hash: `#/photo/${ids.comparedIds[2]}`, prepare: press('v') },
    {
      name: 'photo-trial',
      hash: `#/photo/${ids.photoId}`,
      prepare: async (page) => {
        await press('Shift+V')(page);
        const { trial } = texts.compare;
        const second = page.getByRole('group', { name: trial.side(2) });
        const preset = second.getByRole('combobox', { name: texts.bulk.preset });
        await preset.click();
        await page.getByRole('option', { name: 'detailed' }).click();
        await page.getByRole('button', { name: trial.ask }).click();
        await second.getByRole('button', { name: trial.keep(2) }).waitFor();
      },
    },
    { name: 'map', hash: '#/map' },
    { name: 'review', hash: '#/review' },
    { name: 'review-above', hash: '#/review/unreviewed', prepare: press('b') },
    { name: 'review-pair', hash: '#/review/disagreements' },
    { name: 'tags', hash: '#/tags' },
    {
      name: 'vocabulary',
      hash: '#/tags',
      prepare: (page) => page.getByRole('button', { name: texts.tags.vocabulary, exact: true }).click(),
    },
    {
      name: 'tag-by-model',
      hash: '#/library',
      prepare: async (page) => {
        await press('Home', 'Shift+ArrowRight')(page);
        await page.getByRole('button', { name: texts.bulk.tag, exact: true }).click();
        await page.getByText(texts.bulk.modelTagging).click();
      },
    },
    {
      name: 'caption-form',
      hash: '#/library',
      prepare: async (page) => {
        await press('Control+a', 'Shift+C')(page);
        await page.getByLabel(texts.bulk.again.caption).check();
        await page.getByRole('button', { name: texts.pilot.tryFirst(sampleSize) }).waitFor();
      },
    },
    {
      name: 'ask-form-fields',
      hash: '#/library',
      prepare: async (page) => {
        await press('Control+a', 'Shift+A')(page);
        const form = page.getByRole('dialog');
        await form.getByRole('textbox').first().fill('what is in the sky?\nhow many boats are there?');
        await form.getByLabel(texts.bulk.followUp).check();
        await form.getByLabel(texts.bulk.followUpAnswers).fill('1');
        await form.getByLabel(texts.bulk.followUpQuestions).fill('what color is the boat?');
        await form.getByLabel(texts.fields.keepAnswers).check();
        await form.getByRole('combobox', { name: texts.bulk.answersTo('what is in the sky?') }).click();
        await page.getByRole('option', { name: texts.bulk.answerKinds.list }).click();
      },
    },
    { name: 'pilot', hash: `#/pilot/${ids.pilotId}` },
    { name: 'runs', hash: '#/runs' },
    { name: 'answers', hash: `#/run/${ids.askRunId}` },
    {
      name: 'answer-values',
      hash: `#/run/${ids.askRunId}`,
      prepare: async (page) => {
        await page.getByRole('grid').focus();
        await press('ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowRight')(page);
        await page.getByRole('columnheader').last().getByRole('button').last().click();
      },
    },
    {
      name: 'answer-field',
      hash: `#/run/${ids.askRunId}`,
      prepare: async (page) => {
        await page.getByRole('columnheader').last().getByRole('button').last().click();
        await page.getByRole('button', { name: texts.fields.keep }).click();
        await page.getByRole('dialog', { name: texts.fields.keepTitle }).waitFor();
      },
    },
    { name: 'models', hash: '#/models' },
    {
      name: 'other-model',
      hash: '#/models',
      prepare: (page) => page.getByRole('button', { name: texts.modelDownloads.other }).click(),
    },
    { name: 'settings', hash: '#/settings' },
    { name: 'queue', hash: '#/library', prepare: press('q') },
  ];
}
