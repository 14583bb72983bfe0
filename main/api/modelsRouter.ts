/** @file The contract's models, presets and settings. Main process and server. */
import type * as z from 'zod';
import { promptStyleOf } from '../../native-models/compiler/manifest.ts';
import type { importEventSchema, Model, Settings } from '../../preload/contract/models.ts';
import type { ListedModel } from '../library/models/installedModels.ts';
import { Wakeup } from '../library/queue/wakeup.ts';
import type { App } from './app.ts';
import { api, tellable } from './implementation.ts';
import { writerOf } from './work.ts';

type ImportEvent = z.output<typeof importEventSchema>;

export const modelsRouter = api.models.router({
  list: api.models.list.handler(async ({ context: { app } }) => (await app.models.list()).map(modelOf)),
  import: api.models.import.handler(({ context: { app }, input, signal }) => tellable(importing(app, input, signal))),
  test: api.models.test.handler(({ context: { app }, input, signal }) => app.testModel(input.id, signal)),
  remove: api.models.remove.handler(async ({ context: { app }, input }) => {
    await app.models.remove(input.id);
    app.modelsChanged();
  }),
});

/** Reading the stream to its end, or leaving it, ends the import. A slow reader gets the latest of the progress. */
async function* importing(
  app: App,
  { source, id, precision }: { source: string; id?: string | undefined; precision: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportEvent, void, void> {
  const left = new AbortController();
  const ends = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const news = new Wakeup();
  let latest: ImportEvent | undefined;
  let isOver = false;
  const imported = app.models
    .import({
      ...{ source, id, precision, signal: ends },
      onProgress: ({ stage, doneBytes, totalBytes }) => {
        latest = { type: 'progress', stage, done: doneBytes, total: totalBytes };
        news.ring();
      },
    })
    .finally(() => {
      isOver = true;
      news.ring();
    });
  imported.catch(() => undefined);
  try {
    while (!isOver || latest !== undefined) {
      const event = latest;
      latest = undefined;
      if (event !== undefined) yield event;
      else await news.wait(ends);
    }
    const model = await imported;
    app.modelsChanged();
    yield { type: 'imported', model: modelOf(model) };
  } finally {
    left.abort();
  }
}

function modelOf({ id, bundled, facts, problem }: ListedModel): Model {
  return {
    id,
    bundled,
    demo: bundled,
    kind: facts?.kind ?? null,
    architecture: facts?.architecture ?? null,
    precision: facts?.precision ?? null,
    sizeBytes: facts?.sizeBytes ?? null,
    source: facts?.sourceName ?? null,
    problem: problem ?? null,
  };
}

export const presetsRouter = api.presets.router({
  list: api.presets.list.handler(async ({ context: { app } }) => {
    const style = promptStyleOf((await writerOf(app, undefined)).facts);
    return app.catalog.presets.list().flatMap(({ name, about, wordings, isOwn }) => {
      const wording = wordings[style];
      return wording === undefined ? [] : [{ name, about, text: wording.text, kind: wording.kind, own: isOwn }];
    });
  }),
  save: api.presets.save.handler(({ context: { app }, input: { name, ...preset } }) =>
    app.catalog.presets.save(name, preset),
  ),
  remove: api.presets.remove.handler(({ context: { app }, input }) => app.catalog.presets.remove(input.name)),
});

export const settingsRouter = api.settings.router({
  get: api.settings.get.handler(({ context: { app } }) => settingsOf(app)),
  set: api.settings.set.handler(async ({ context: { app }, input }) => {
    const { settings } = app.catalog;
    app.catalog.connection.write(() => {
      if (input.captionModelId !== undefined) settings.set('captionModelId', input.captionModelId);
      if (input.matchingModelId !== undefined) settings.set('matchingModelId', input.matchingModelId);
      if (input.graceDays !== undefined) settings.set('graceDays', input.graceDays);
      if (input.quietHours !== undefined) settings.set('quietHours', input.quietHours);
      if (input.pauseOnBattery !== undefined) settings.set('pauseOnBattery', input.pauseOnBattery);
      if (input.networkOff !== undefined) settings.set('networkOff', input.networkOff);
      if (input.theme !== undefined) settings.set('theme', input.theme);
      if (input.density !== undefined) settings.set('density', input.density);
      if (input.language !== undefined) settings.set('language', input.language);
      if (input.tourSeen !== undefined) settings.set('tourSeen', input.tourSeen);
      if (input.savedSearches !== undefined) settings.set('savedSearches', input.savedSearches);
    });
    await app.queue.settingsChanged();
    return settingsOf(app);
  }),
  about: api.settings.about.handler(({ context: { app } }) => ({
    version: app.about.version,
    libraryFolder: app.catalog.libraryFolder,
    host: app.about.host,
    // Nothing in Vignette connects to anything yet: models come from folders.
    connections: [],
  })),
});

function settingsOf({ catalog: { settings } }: App): Settings {
  return {
    captionModelId: settings.get('captionModelId'),
    matchingModelId: settings.get('matchingModelId'),
    graceDays: settings.get('graceDays'),
    quietHours: settings.get('quietHours'),
    pauseOnBattery: settings.get('pauseOnBattery'),
    networkOff: settings.get('networkOff'),
    theme: settings.get('theme'),
    density: settings.get('density'),
    language: settings.get('language'),
    tourSeen: settings.get('tourSeen'),
    savedSearches: settings.get('savedSearches'),
  };
}
