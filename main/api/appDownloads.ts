/** @file The downloads of models in an application: what a finished one changes in the library, and how pages learn of it. Main process and server. */

import type { GraphicsCard } from '../../native-models/devices/listedDevice.ts';
import type { ConnectionLog } from '../../native-models/hub/connectionLog.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { libraryPlaces } from '../library/files/libraryPlaces.ts';
import { changeModels } from '../library/models/changeModels.ts';
import type { ImportRequest, InstalledModels, ListedModel } from '../library/models/installedModels.ts';
import type { ModelDownloads } from '../library/models/modelDownloads.ts';
import { openDownloads } from '../library/models/openDownloads.ts';
import type { PhotoFeatures } from '../library/models/photoFeatures.ts';

/** How the hub is reached. */
export interface HubAccess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** One that the person gave to the application; where there is none, the environment's counts. */
  readonly token?: (() => Promise<string | undefined>) | undefined;
}

export interface AppDownloadsOptions {
  readonly hub: HubAccess;
  readonly libraryFolder: string;
  readonly catalog: Pick<Catalog, 'settings'>;
  readonly models: InstalledModels;
  readonly features: Pick<PhotoFeatures, 'forgetModel'>;
  readonly log: ConnectionLog;
  readonly graphicsCard: () => Promise<GraphicsCard | undefined>;
  /** @param isDefault whether it writes captions by default from now on */
  readonly onDownloaded: (model: ListedModel, isDefault: boolean) => void;
}

/** @throws HubError HUB_SETTING_INVALID */
export async function openAppDownloads(options: AppDownloadsOptions): Promise<ModelDownloads> {
  const { hub, libraryFolder, catalog, models, log } = options;
  const { env, homeFolder, token } = hub;
  return await openDownloads({
    env,
    homeFolder,
    log,
    modelsFolder: libraryPlaces(libraryFolder).models,
    ...(token === undefined ? {} : { token }),
    models: { list: () => models.list(), import: (request) => importDownloaded(request, options) },
    isNetworkOff: () => catalog.settings.get('networkOff'),
  });
}

async function importDownloaded(
  request: ImportRequest,
  { models, features, catalog, graphicsCard, onDownloaded }: AppDownloadsOptions,
): Promise<ListedModel> {
  const hadOnlyDemo = isOnlyDemo(await models.list(), catalog.settings.get('captionModelId'));
  const card = request.precision === 'auto' ? await graphicsCard() : undefined;
  const model = await changeModels({ models, features }, () => models.import({ ...request, card }));
  const isDefault = hadOnlyDemo && model.facts?.kind === 'generator';
  if (isDefault) catalog.settings.set('captionModelId', model.id);
  onDownloaded(model, isDefault);
  return model;
}

/** Whether nothing but the models that came with Vignette writes, and the person chose none. */
function isOnlyDemo(models: readonly ListedModel[], chosenId: string | null): boolean {
  const writers = models.filter(({ facts }) => facts?.kind === 'generator');
  const chosen = writers.find(({ id }) => id === chosenId);
  return writers.every(({ bundled }) => bundled) && (chosen === undefined || chosen.bundled);
}
