/** @file The machine that models run on: what it can compute on, how fast it is, and how models run there. Main process and server. */
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import { type GraphicsCard, graphicsCardFor, type ListedDevice } from '../../native-models/devices/listedDevice.ts';
import type { MachineFloor } from '../../native-models/devices/machineFloor.ts';
import type { ModelTest } from '../../preload/contract/models.ts';
import type { InstalledModels } from '../library/models/installedModels.ts';
import { type KnownModelHere, knownModelsHere, machineMemoryBytes } from '../library/models/knownModelList.ts';
import type { MachineSpeed } from '../library/models/machineSpeed.ts';
import type { StartedHost } from '../library/openInstalledModel.ts';
import { testModel } from './testModel.ts';

export interface MachineParts {
  readonly models: InstalledModels;
  readonly startHost: () => StartedHost;
  readonly speed: MachineSpeed;
  /** What models are to run on. */
  readonly device: () => DeviceChoice;
  /** Photos that models are tried on. */
  readonly demoFolder: string;
}

export class Machine {
  readonly #parts: MachineParts;
  /** What the machine has does not change while the program runs. */
  #devices: Promise<ListedDevice[]> | undefined;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  /** What it can compute on, and why not on the others; the best first. */
  async devices(): Promise<ListedDevice[]> {
    const listing = this.#devices ?? this.#listDevices();
    this.#devices = listing;
    // tried again by the next who asks
    listing.catch(() => {
      if (this.#devices === listing) this.#devices = undefined;
    });
    return await listing;
  }

  /** What the processor can do; undefined where it was not measured yet. */
  async floor(): Promise<MachineFloor | undefined> {
    return await this.#parts.speed.known();
  }

  /** What models are to run on, where that is not the CPU and its memory is known. */
  async graphicsCard(): Promise<GraphicsCard | undefined> {
    const choice = this.#parts.device();
    return choice === 'cpu' ? undefined : graphicsCardFor(choice, await this.devices());
  }

  /** @param measure whether this machine is measured where it never was, for at most ten seconds */
  async knownModels(measure: boolean): Promise<KnownModelHere[]> {
    const { speed, models } = this.#parts;
    const floor = measure ? await speed.measured() : await speed.known();
    const card = await this.graphicsCard();
    return knownModelsHere({ floor, card, memoryBytes: machineMemoryBytes() }, await models.list());
  }

  /** Loads a model, checks it against its stored values and measures it. */
  async test(modelId: string, signal: AbortSignal | undefined): Promise<ModelTest> {
    const { models, startHost, demoFolder, device } = this.#parts;
    return await testModel({ models, startHost, demoFolder, device: device() }, modelId, signal);
  }

  async #listDevices(): Promise<ListedDevice[]> {
    await using host = this.#parts.startHost();
    return await host.devices();
  }
}
