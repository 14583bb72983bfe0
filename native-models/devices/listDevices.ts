/** @file Tries every device of this machine, for a person who has to choose. Model host. */
import { availabilityOf, type DeviceMachine, thisMachine } from './availability.ts';
import { type Device, deviceSchema, type PassedOver } from './device.ts';
import { deviceErrorOf, noticeOfError } from './deviceError.ts';
import type { DeviceNotice } from './deviceNotice.ts';
import type { ListedDevice } from './listedDevice.ts';
import { freeBytesOf } from './memory.ts';

export interface ListingOptions {
  /** Those that ended the process when they were tried. */
  readonly passedOver: readonly PassedOver[];
  /** Told before a device is touched: it may end the process. */
  readonly onTrying: (device: Device) => void;
  readonly parts?: Partial<ListingParts> | undefined;
}

/** What a test may replace. */
export interface ListingParts {
  readonly machine: DeviceMachine;
  readonly freeBytesOf: (device: Device) => Promise<number | undefined>;
  /** Has the device compute something small. @throws what onnxruntime throws */
  readonly probe: (device: Device) => Promise<unknown>;
  readonly computesHalfMatrices: (device: Device) => Promise<boolean>;
}

/** The best first; the last is the CPU, which is always there. */
export async function listDevices({ passedOver, onTrying, parts }: ListingOptions): Promise<ListedDevice[]> {
  const { machine, freeBytesOf: freeOf, probe, computesHalfMatrices } = { ...realParts(), ...parts };
  const listed: ListedDevice[] = [];
  for (const device of deviceSchema.options) {
    const { problem: missing, isSoftware } = availabilityOf(device, machine);
    const crashed = passedOver.some((other) => other.device === device);
    const problem = missing ?? (crashed ? trialCrashed(device) : await problemOf(device, probe, onTrying));
    const freeBytes = problem === undefined ? ((await freeOf(device)) ?? null) : null;
    const hasFloat16 =
      device !== 'cpu' && problem === undefined && (await computesHalfMatrices(device).catch(() => false));
    listed.push({ device, problem: problem ?? null, isSoftware, freeBytes, hasFloat16 });
  }
  return listed;
}

function realParts(): ListingParts {
  return {
    machine: thisMachine(),
    freeBytesOf,
    probe: async (device) => (await import('./probes.ts')).computesFusedAttention(device),
    computesHalfMatrices: async (device) => (await import('./probes.ts')).computesHalfMatrices(device),
  };
}

function trialCrashed(device: Device): DeviceNotice {
  return { code: 'trialCrashed', params: { device } };
}

async function problemOf(
  device: Device,
  probe: ListingParts['probe'],
  onTrying: (device: Device) => void,
): Promise<DeviceNotice | undefined> {
  if (device === 'cpu') return undefined;
  onTrying(device);
  try {
    await probe(device);
    return undefined;
  } catch (error) {
    return noticeOfError(device, deviceErrorOf(device, error));
  }
}
