/** @file Loads an installed model for the queue, in a host process of its own. Main process and CLI. */
import type { Device, DeviceChoice } from '../../native-models/devices/device.ts';
import type { ListedDevice } from '../../native-models/devices/listedDevice.ts';
import type { LoadOptions, VerifyOptions } from '../../native-models/runtime/modelHostOptions.ts';
import type { LoadedModel, VerifiedModel } from '../../native-models/runtime/protocol.ts';
import type { ModelVersion } from '../../schemas/provenance.ts';
import type { UsableModel } from './models/chooseModel.ts';
import { ModelChoiceError } from './models/chooseModel.ts';
import type { ListedModel } from './models/installedModels.ts';
import type { ModelClient, ModelIdentity, OpenModel } from './queue/modelLeases.ts';

/** A host process. ModelHost is this. */
export interface StartedHost extends ModelClient {
  /** Of the model that is loaded, at the moment. */
  readonly device: Device;
  load(folder: string, options?: LoadOptions): Promise<LoadedModel>;
  verify(folder: string, options?: VerifyOptions): Promise<VerifiedModel>;
  devices(options?: { signal?: AbortSignal }): Promise<ListedDevice[]>;
}

export interface ModelOpening {
  /** The models as they are now: one may have been imported or removed since the work was begun. */
  readonly list: () => Promise<readonly ListedModel[]>;
  readonly startHost: () => StartedHost;
  /** Asked whenever a model is loaded: a person may choose another. */
  readonly device: () => DeviceChoice;
}

export function openInstalledModel({ list, startHost, device: choice }: ModelOpening): OpenModel {
  return async ({ id }, signal, options) => {
    const listed = (await list()).find((model) => model.id === id);
    if (listed === undefined) {
      throw new ModelChoiceError('MODEL_NOT_FOUND', `The model ${id} is not installed any more.`, { details: { id } });
    }
    const { facts, problem } = listed;
    if (facts === undefined) {
      const message = problem?.message ?? `The model ${id} is damaged.`;
      throw new ModelChoiceError(problem?.code ?? 'MODEL_DAMAGED', message, { details: { id } });
    }
    await using resources = new AsyncDisposableStack();
    const client = resources.use(startHost());
    const { batch } = await client.load(listed.folder, { ...options, signal, device: choice() });
    resources.move();
    return {
      client,
      identity: modelIdentity({ ...listed, facts }),
      version: modelVersion({ ...listed, facts }),
      batch,
      get device() {
        return client.device;
      },
    };
  };
}

/** What runs remember of a model that they were worked on with. */
export function modelVersion(model: UsableModel): ModelVersion {
  const { sourceName: source, revision = null, compilerVersion: compiler } = model.facts;
  return { ...modelIdentity(model), source, revision, compiler };
}

/** What runs are told apart by: the same of two versions that compute the same. */
export function modelIdentity({ id, facts }: UsableModel): ModelIdentity {
  return { id, sha256: facts.sourceSha256, precision: facts.precision };
}
