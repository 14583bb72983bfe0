/** @file Tries a device anew with a model, whatever was found out about it before: `models verify --device`. Model host. */
import type { ModelManifest } from '../compiler/manifest.ts';
import { thisMachine } from './availability.ts';
import type { Device } from './device.ts';
import { DeviceError } from './deviceError.ts';
import { DeviceRecords } from './deviceRecords.ts';
import { driverKey } from './driver.ts';
import { type OpeningOptions, openOnDevice } from './openOnDevice.ts';

/** Returns the device that computed it. @throws DeviceError DEVICE_UNUSABLE where it is not the one that was asked for */
export async function verifyOnDevice(options: Omit<OpeningOptions, 'threads'>): Promise<Device> {
  const { folder, manifest, choice } = options;
  await forgetAll(folder, manifest);
  const { loaded, device, problems } = await openOnDevice({ ...options, threads: 0 });
  await loaded.model[Symbol.asyncDispose]();
  if (choice === 'auto' || device === choice) return device;
  const message = `The model ${manifest.id} cannot be computed with ${choice} on this machine.`;
  throw new DeviceError('DEVICE_UNUSABLE', message, { device: choice, id: manifest.id, problems });
}

async function forgetAll(folder: string, manifest: ModelManifest): Promise<void> {
  const records = await DeviceRecords.open(folder, manifest, driverKey(thisMachine()));
  await records.forgetAll();
}
