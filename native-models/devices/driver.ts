/** @file What a device's numbers depend on besides the model: onnxruntime and the graphics drivers, as one short text. Model host. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { release } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { readForeignFileSync } from '../foreignFile.ts';
import { type DeviceMachine, vulkanDrivers } from './availability.ts';

const maxVersionBytes = 1 << 16;

/**
 * Changes with every update of onnxruntime, of the system and of a graphics driver, so that what was found out about a
 * device before is found out again.
 */
export function driverKey(machine: DeviceMachine): string {
  const parts = [
    ort.env.versions.node ?? ort.env.versions.common,
    machine.platform,
    release(),
    ...driverFacts(machine),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** What the system says about its graphics drivers, a line each: versions, and where their files are. */
export function driverFacts(machine: DeviceMachine): string[] {
  if (machine.platform === 'linux') {
    return [...versionIn('/proc/driver/nvidia/version'), ...vulkanDrivers(machine).map(changedAt)];
  }
  if (machine.platform === 'win32') return displayDrivers(machine);
  // a Mac's drivers are a part of the system, whose release is known
  return [];
}

function versionIn(file: string): string[] {
  try {
    return readForeignFileSync(file, maxVersionBytes).toString('utf8').trim().split('\n');
  } catch {
    return [];
  }
}

function changedAt(file: string): string {
  try {
    return `${file} ${statSync(file).mtimeMs}`;
  } catch {
    return file;
  }
}

/** Each version of a driver has a folder of its own: NVIDIA's, AMD's, Intel's and Qualcomm's are called so. */
function displayDrivers({ env, names }: DeviceMachine): string[] {
  const store = path.win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'DriverStore', 'FileRepository');
  return names(store)
    .filter((name) => /^(?:nv|u\d|c\d|ki|iigd|igdlh|cui_|qcdx)\w*\.inf/i.test(name))
    .sort();
}
