/** @file The contract's models, presets and settings. Main process and server. */
import type * as z from 'zod';
import type { Quality as MeasuredQuality } from '../../native-models/compiler/quality.ts';
import type { importEventSchema, Model, PhotoFeatures, Quality } from '../../preload/contract/models.ts';
import type { Settings } from '../../schemas/settings.ts';
import { changeModels } from '../library/models/changeModels.ts';
import type { ImportRequest, ListedModel } from '../library/models/installedModels.ts';
import { PromptingError } from '../library/prompting/promptingError.ts';
import { photoVariables, promptTemplate, questionVariable } from '../library/prompting/promptTemplate.ts';
import type { App } from './app.ts';
import { api, tellable } from './implementation.ts';
import { offerPackedModel } from './packedModel.ts';
import { defaultPromptStyle } from './work.ts';
import { workStream } from './workStream.ts';

type ImportEvent = z.output<typeof importEventSchema>;

export const modelsRouter = api.models.router({
  list: api.models.list.handler(async ({ context: { app } }) => (await app.models.list()).map(modelOf)),
  import: api.models.import.handler(({ context: { app }, input: { source, id, precision, replace }, signal }) =>
    tellable(
      workStream(async (onProgress: (progress: ImportEvent) => void, ends): Promise<ImportEvent> => {
        const request: ImportRequest = {
          source,
          id,
          precision,
          replace,
          signal: ends,
          card: precision === 'auto' ? await app.machine.graphicsCard() : undefined,
          onProgress: ({ stage, doneBytes, totalBytes }) =>
            onProgress({ type: 'progress', stage, done: doneBytes, total: totalBytes }),
          onPrecision: (chosen) => onProgress({ type: 'precision', ...chosen }),
        };
        const model = await changeModels(app, () => app.models.import(request));
        app.modelsChanged();
        return { type: 'imported', model: modelOf(model) };
      }, signal),
    ),
  ),
  test: api.models.test.handler(({ context: { app }, input, signal }) => app.machine.test(input.id, signal)),
  pack: api.models.pack.handler(async ({ context: { app }, input }) => {
    const { id, fileName, sizeBytes } = await offerPackedModel(app, input.id);
    return { id, fileName, sizeBytes };
  }),
  remove: api.models.remove.handler(async ({ context: { app }, input }) => {
    await changeModels(app, () => app.models.remove(input.id));
    app.modelsChanged();
  }),
});

function hasPlaceForQuestion(text: string): boolean {
  try {
    return promptTemplate(text, [...photoVariables, questionVariable]).variables.has(questionVariable);
  } catch (error) {
    // Words that are wrong are told of when they are used.
    if (error instanceof PromptingError) return false;
    throw error;
  }
}

function qualityOf(quality: MeasuredQuality): Quality {
  if (quality.type !== 'measured') return quality;
  const { type, pictures, predictions, equal, wideLayers, lacksRoom = false } = quality;
  const layers = wideLayers.reduce((sum, wide) => sum + wide.layers.length, 0);
  return { type, pictures, predictions, equal, wideLayers: layers, lacksRoom };
}

function modelOf({ id, bundled, facts, problem }: ListedModel): Model {
  return {
    id,
    bundled,
    demo: bundled,
    kind: facts?.kind ?? null,
    architecture: facts?.architecture ?? null,
    precision: facts?.precision ?? null,
    quality: facts?.quality === undefined ? null : qualityOf(facts.quality),
    sizeBytes: facts?.sizeBytes ?? null,
    source: facts?.sourceName ?? null,
    problem: problem ?? null,
  };
}

export const presetsRouter = api.presets.router({
  list: api.presets.list.handler(async ({ context: { app } }) => {
    const style = await defaultPromptStyle(app);
    return app.catalog.presets.list().flatMap(({ name, about, writes, wordings, isOwn }) => {
      const wording = wordings[style];
      if (wording === undefined) return [];
      const { text, kind } = wording;
      return [{ name, about, text, kind, writes, needsQuestion: hasPlaceForQuestion(text), own: isOwn }];
    });
  }),
  save: api.presets.save.handler(({ context: { app }, input: { name, ...preset } }) =>
    app.catalog.presets.save(name, preset),
  ),
  remove: api.presets.remove.handler(({ context: { app }, input }) => app.catalog.presets.remove(input.name)),
});

export const settingsRouter = api.settings.router({
  get: api.settings.get.handler(({ context: { app } }) => settingsOf(app)),
  set: api.settings.set.handler(async ({ context: { app, desktop }, input }) => {
    const { settings } = app.catalog;
    app.catalog.connection.write(() => {
      if (input.captionModelId !== undefined) settings.set('captionModelId', input.captionModelId);
      if (input.matchingModelId !== undefined) settings.set('matchingModelId', input.matchingModelId);
      if (input.featureCacheGB !== undefined) settings.set('featureCacheGB', input.featureCacheGB);
      if (input.device !== undefined) settings.set('device', input.device);
      if (input.modelIdleMinutes !== undefined) settings.set('modelIdleMinutes', input.modelIdleMinutes);
      if (input.photosAtOnce !== undefined) settings.set('photosAtOnce', input.photosAtOnce);
      if (input.graceDays !== undefined) settings.set('graceDays', input.graceDays);
      if (input.quietHours !== undefined) settings.set('quietHours', input.quietHours);
      if (input.indexInBackground !== undefined) settings.set('indexInBackground', input.indexInBackground);
      if (input.pauseOnBattery !== undefined) settings.set('pauseOnBattery', input.pauseOnBattery);
      if (input.keepAwake !== undefined) settings.set('keepAwake', input.keepAwake);
      if (input.networkOff !== undefined) settings.set('networkOff', input.networkOff);
      if (input.theme !== undefined) settings.set('theme', input.theme);
      if (input.density !== undefined) settings.set('density', input.density);
      if (input.language !== undefined) settings.set('language', input.language);
      if (input.tourSeen !== undefined) settings.set('tourSeen', input.tourSeen);
      if (input.savedSearches !== undefined) settings.set('savedSearches', input.savedSearches);
    });
    if (input.featureCacheGB !== undefined) await app.features.limitChanged();
    await app.settingsChanged();
    desktop?.settingsChanged();
    return settingsOf(app);
  }),
  features: api.settings.features.handler(async ({ context: { app } }) => await featuresOf(app)),
  clearFeatures: api.settings.clearFeatures.handler(async ({ context: { app } }) => {
    await app.features.clear();
    return await featuresOf(app);
  }),
  devices: api.settings.devices.handler(({ context: { app } }) => app.machine.devices()),
  about: api.settings.about.handler(({ context: { app } }) => ({
    version: app.about.version,
    libraryFolder: app.catalog.libraryFolder,
    host: app.about.host,
    connections: app.connections.list().map(({ host, reason, timeMs, bytes, outcome }) => {
      return { address: host, purpose: reason, atMs: timeMs, bytes, outcome };
    }),
  })),
});

async function featuresOf({ features }: App): Promise<PhotoFeatures> {
  const { problem, ...state } = await features.state();
  return { ...state, problem: problem ?? null };
}

function settingsOf({ catalog: { settings } }: App): Settings {
  return {
    captionModelId: settings.get('captionModelId'),
    matchingModelId: settings.get('matchingModelId'),
    featureCacheGB: settings.get('featureCacheGB'),
    device: settings.get('device'),
    modelIdleMinutes: settings.get('modelIdleMinutes'),
    photosAtOnce: settings.get('photosAtOnce'),
    graceDays: settings.get('graceDays'),
    quietHours: settings.get('quietHours'),
    indexInBackground: settings.get('indexInBackground'),
    pauseOnBattery: settings.get('pauseOnBattery'),
    keepAwake: settings.get('keepAwake'),
    networkOff: settings.get('networkOff'),
    theme: settings.get('theme'),
    density: settings.get('density'),
    language: settings.get('language'),
    tourSeen: settings.get('tourSeen'),
    savedSearches: settings.get('savedSearches'),
  };
}
