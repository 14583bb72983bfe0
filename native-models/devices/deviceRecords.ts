/**
 * @file What was found out about the devices of this machine with one model, kept beside it: whether its self-test passed
 * there and in which form, so that it is run once and not whenever the model is loaded. Model host.
 */
import path from 'node:path';
import * as z from 'zod';
import { readMachineRecord, writeMachineRecord } from '../compiler/machineRecord.ts';
import type { ModelManifest } from '../compiler/manifest.ts';
import { type Device, deviceSchema } from './device.ts';
import { deviceNoticeSchema } from './deviceNotice.ts';

const recordsName = '.devices.json';
const maxRecordsBytes = 1 << 20;

const verdictSchema = z.union([
  /** It computes the model rightly, with attention built in this way. */
  z.object({
    attention: z.enum(['fused', 'composed']),
    /** Whether it was found to be slower than the CPU; undefined where nobody measured that. */
    isSlow: z.boolean().optional(),
  }),
  /** It does not. */
  z.object({ problem: deviceNoticeSchema }),
]);
export type DeviceVerdict = z.output<typeof verdictSchema>;

const recordsSchema = z.partialRecord(deviceSchema, z.object({ key: z.string(), verdict: verdictSchema }));
type Records = z.output<typeof recordsSchema>;

export class DeviceRecords {
  readonly #folder: string;
  readonly #key: string;
  readonly #records: Records;

  private constructor(folder: string, key: string, records: Records) {
    this.#folder = folder;
    this.#key = key;
    this.#records = records;
  }

  /** @param driver as from `driverKey`: what was found out with another one counts no more */
  static async open(folder: string, manifest: ModelManifest, driver: string): Promise<DeviceRecords> {
    const key = [driver, manifest.compilerVersion, manifest.importedAt].join(' ');
    // without them, it only costs another self-test
    const records = await readMachineRecord(path.join(folder, recordsName), recordsSchema, maxRecordsBytes);
    return new DeviceRecords(folder, key, records ?? {});
  }

  of(device: Device): DeviceVerdict | undefined {
    const record = this.#records[device];
    return record?.key === this.#key ? record.verdict : undefined;
  }

  async keep(device: Device, verdict: DeviceVerdict): Promise<void> {
    this.#records[device] = { key: this.#key, verdict };
    await writeMachineRecord(this.#folder, recordsName, this.#records);
  }

  /** Every device is to be tried anew. */
  async forgetAll(): Promise<void> {
    for (const device of deviceSchema.options) delete this.#records[device];
    await writeMachineRecord(this.#folder, recordsName, this.#records);
  }
}
