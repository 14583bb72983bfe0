/**
 * @file Pictures of every page, light and dark, at two widths and at 200 % zoom, for people to look at: `npm run screenshots
 * [-- [zh] NAME…]`, `zh` for Chinese. The demo photos, captioned and asked about by the bundled models.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { texts as allTexts } from '../resources/messages/texts.ts';
import { sampleSize } from '../schemas/pilot.ts';
import { openPage, type ServedLibrary, serveLibrary } from '../test/e2e/serve/servedLibrary.ts';
import { eventually } from '../test/support/eventually.ts';

const outFolder = join(resolve(import.meta.dirname, '..'), '.vignette', 'screenshots');
/** In CSS pixels; the last is what 1920 × 1080 leaves at 200 % zoom. */
const sizesPx = [
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

const names = process.argv.slice(2);
const language = names.includes('zh') ? 'zh' : 'en';
const texts = allTexts[language];
const only = names.filter((name) => name !== 'zh');

/** As another program writes it. */
const sidecar = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    photoshop:City="Nice" photoshop:Country="France">
    <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Regatta, first day</rdf:li></rdf:Alt></dc:title>
    <dc:subject><rdf:Bag><rdf:li>regatta</rdf:li><rdf:li>balloons</rdf:li></rdf:Bag></dc:subject>
    <Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Anna</rdf:li><rdf:li>Ben</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

interface Shot {
  readonly name: string;
  readonly hash: string;
  /** What to do before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

interface Filled {
  readonly askRunId: number;
  /** Of the photo that is opened. */
  readonly photoId: number;
  readonly photoFolder: string;
  readonly pilotId: number;
  readonly comparedIds: readonly number[];
}

/** Captions, answers, tags, something doubtful, something out of date, something written by a person. */
async function fill({ app, client, photoId, photoFolder }: ServedLibrary): Promise<Filled> {
  const done = (runId: number | null) =>
    eventually(async () => {
      if (runId !== null && (await client.runs.get({ runId })).state !== 'done') throw new Error('not done yet');
    }, maxMs);
  const everything = { query: '' };
  await done((await client.runs.caption({ selection: everything, candidates: 1 })).runId);
  const questions = ['what is in the sky?', 'how many boats are there?', 'what time of day is it?'];
  const { runId: askRunId } = await client.runs.ask({ selection: { query: 'folder:Coast' }, questions });
  await done(askRunId);
  for (const [query, path] of Object.entries({
    'folder:Coast': 'places/sea',
    boat: 'things/boat',
    kite: 'things/kite',
  }))
    await client.tags.edit({ selection: { query }, operation: { type: 'add', paths: [path] } });
  for (const [name, change] of [
    ['IMG_1000.jpg', { kind: 'rating', value: 5 }],
    ['IMG_1000.jpg', { kind: 'label', value: 'green' }],
    ['IMG_1005.jpg', { kind: 'flag', value: 'pick' }],
    ['IMG_1002.jpg', { kind: 'flag', value: 'reject' }],
    ['IMG_1009.jpg', { kind: 'label', value: 'red' }],
  ] as const)
    await client.photos.mark({ selection: { photoIds: [photoId(name)] }, change });
  await client.tags.setVocabulary({ text: 'things/boat {ship} {vessel}\nthings/kite\nplaces/sea {ocean}' });
  await client.photos.writeCaption({ photoId: photoId('IMG_1000.jpg'), text: 'Our three boats, the first evening' });
  app.catalog.runs.within({ kind: 'score', description: { kind: 'score' } }, (runId) => {
    for (const name of ['IMG_1009.jpg', 'IMG_1018.jpg']) {
      const captionScore = { itm: 0.07, doubtful: true, candidates: [{ text: 'a red balloon in the sky', itm: 0.61 }] };
      app.catalog.captions.add(photoId(name), runId, { text: 'a dog on a sofa', source: 'model', captionScore });
    }
  });
  const opened = photoId('IMG_1025.jpg');
  const altText = 'A photo of three sailing boats under three green balloons';
  app.catalog.captions.write(opened, altText, { kind: 'altText' });
  await done((await client.runs.caption({ selection: { photoIds: [opened] }, writes: 'longDescription' })).runId);
  await writeFile(
    join(photoFolder, 'captions.json'),
    JSON.stringify({ IMG_1000: ['three boats'], IMG_1001: ['a car'], x: ['y'] }),
  );
  await writeFile(join(photoFolder, 'Coast', 'IMG_1025.jpg.xmp'), sidecar);
  await eventually(() => {
    if (app.catalog.fileInfo.of(opened).texts.length === 0) throw new Error('The sidecar was not read.');
  }, maxMs);
  for (const question of ['how many balloons are there?', 'what can be seen far away?', 'list the tags of this photo.'])
    for await (const _ of await client.chat.ask({ photoId: opened, question }));
  const tried = { kind: 'caption', again: true } as const;
  const { pilotId } = await client.pilots.start({ selection: { query: '' }, terms: tried });
  await client.pilots.retry({ pilotId: pilotId ?? 1, terms: { ...tried, prompt: 'a picture of' } });
  for (const { run } of (await client.pilots.get({ pilotId: pilotId ?? 1 })).attempts) await done(run.id);
  app.catalog.runs.within({ kind: 'score', description: { kind: 'score' } }, (runId) => {
    for (const [index, name] of ['IMG_1002.jpg', 'IMG_1005.jpg', 'IMG_1007.jpg', 'IMG_1012.jpg'].entries()) {
      const captionScore = { itm: 0.9 + index / 50, doubtful: false, candidates: [] };
      const text = 'boats on the sea under a wide sky';
      app.catalog.captions.add(photoId(name), runId, { text, source: 'model', captionScore });
    }
  });
  const comparedIds = ['IMG_1025.jpg', 'IMG_1000.jpg', 'IMG_1005.jpg', 'IMG_1002.jpg'].map(photoId);
  return { askRunId: askRunId ?? 1, photoId: opened, photoFolder, pilotId: pilotId ?? 1, comparedIds };
}

function shots(ids: Filled): Shot[] {
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
  }
  for (const complaint of opened.complaints) console.log(`${shot.name}: ${complaint}`);
}

await mkdir(outFolder, { recursive: true });
await using library = await serveLibrary(demoFolders);
const ids = await fill(library);
await library.client.settings.set({ language });
for (const colorScheme of ['dark', 'light'] as const) {
  for (const shot of shots(ids).filter(({ name }) => only.length === 0 || only.includes(name)))
    await shoot(library, shot, colorScheme);
  library.app.catalog.settings.set('tourSeen', false);
  await shoot(library, { name: 'first-run', hash: '#/library' }, colorScheme);
  library.app.catalog.settings.set('tourSeen', true);
}
