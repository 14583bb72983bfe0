/** @file The speed of this machine, measured once in a process of its own and kept beside the library. Main process and CLI. */
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { readMachineRecord, writeMachineRecord } from '../../../native-models/compiler/machineRecord.ts';
import { type MachineFloor, machineFloorSchema } from '../../../native-models/devices/machineFloor.ts';
import { measureFloorInProcess } from '../../../native-models/devices/remoteFloor.ts';
import type { StartHostProcess } from '../../../native-models/runtime/hostConnection.ts';
import { makePrivateFolder } from '../files/privateFiles.ts';

const fileName = '.machine-speed.json';
const maxRecordBytes = 1 << 16;
const recordSchema = z.object({ machine: z.string(), floor: machineFloorSchema });

/** Where others used more of the processors, the machine is measured again after the next start. */
const maxOthersShare = 0.25;

export interface MachineSpeedOptions {
  /** Where the measurement is kept. */
  readonly folder: string;
  /** The program's: another one may compute in another way. */
  readonly version: string;
  readonly startProcess: StartHostProcess;
}

export class MachineSpeed implements AsyncDisposable {
  readonly #options: MachineSpeedOptions;
  readonly #closing = new AbortController();
  #measuring: Promise<MachineFloor> | undefined;
  /** Measured since the start, while others used the machine. */
  #rough: MachineFloor | undefined;

  constructor(options: MachineSpeedOptions) {
    this.#options = options;
  }

  /** What was measured before, on this processor with this version; undefined where nothing was. */
  async known(): Promise<MachineFloor | undefined> {
    const record = await readMachineRecord(path.join(this.#options.folder, fileName), recordSchema, maxRecordBytes);
    return record?.machine === this.#machine() ? record.floor : this.#rough;
  }

  /**
   * Measures where nothing is known, for at most ten seconds; all who ask meanwhile wait for the same.
   * @param signal of the first who asks: stops the measurement
   * @throws as `measureFloorInProcess`
   */
  async measured(signal?: AbortSignal): Promise<MachineFloor> {
    const known = await this.known();
    if (known !== undefined) return known;
    const ends = [this.#closing.signal, ...(signal === undefined ? [] : [signal])];
    this.#measuring ??= this.#measure(AbortSignal.any(ends)).finally(() => {
      this.#measuring = undefined;
    });
    return await this.#measuring;
  }

  /** Ends the process that measures. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new DOMException('Vignette was closed.', 'AbortError'));
    await this.#measuring?.catch(() => undefined);
  }

  async #measure(signal: AbortSignal): Promise<MachineFloor> {
    const { folder, startProcess } = this.#options;
    const { floor, othersShare } = await measureFloorInProcess(startProcess, signal);
    if (othersShare > maxOthersShare) {
      this.#rough = bySelf(floor, othersShare);
      return this.#rough;
    }
    await makePrivateFolder(folder);
    await writeMachineRecord(folder, fileName, { machine: this.#machine(), floor });
    return floor;
  }

  #machine(): string {
    const model = os.cpus()[0]?.model.trim() ?? 'unknown';
    return `${model}, ${os.availableParallelism()} cores, Vignette ${this.#options.version}`;
  }
}

/** What the machine might do for nobody else: no more than four times as much is made of what it did. */
function bySelf({ memoryBytesPerSecond, operationsPerSecond }: MachineFloor, othersShare: number): MachineFloor {
  const factor = 1 / Math.max(0.25, 1 - othersShare);
  const { float, int8, blocks } = operationsPerSecond;
  return {
    memoryBytesPerSecond: factor * memoryBytesPerSecond,
    operationsPerSecond: { float: factor * float, int8: factor * int8, blocks: factor * blocks },
  };
}
