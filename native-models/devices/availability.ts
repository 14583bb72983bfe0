/** @file Which devices this machine can have at all, by what lies on its disk: nothing is loaded that could fail. Model host. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { type Device, providerOf } from './device.ts';
import type { DeviceNotice } from './deviceNotice.ts';

/** The machine, as far as devices depend on it. */
export interface DeviceMachine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** The execution providers of this build of onnxruntime. */
  readonly providers: readonly string[];
  /** Where onnxruntime's own libraries are. */
  readonly runtimeFolder: string;
  exists(file: string): boolean;
  /** Names in a folder; none where it is not there. */
  names(folder: string): readonly string[];
}

export function thisMachine(): DeviceMachine {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return {
    platform: process.platform,
    env: process.env,
    homeFolder: homedir(),
    providers: ort.listSupportedBackends().map(({ name }) => name),
    runtimeFolder: path.join(path.dirname(packageFile), 'bin', 'napi-v6', process.platform, process.arch),
    exists: existsSync,
    names(folder) {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    },
  };
}

export interface Availability {
  /** Undefined where the device can be tried. */
  readonly problem: DeviceNotice | undefined;
  /** A graphics card that the processor plays: right, but slower than the processor itself. Taken only when it is asked for. */
  readonly isSoftware: boolean;
}

const available: Availability = { problem: undefined, isSoftware: false };

export function availabilityOf(device: Device, machine: DeviceMachine): Availability {
  if (device === 'cpu') return available;
  if (!machine.providers.includes(providerOf(device))) return notInBuild(device, machine);
  if (device === 'cuda') return cuda(machine);
  return device === 'webgpu' && machine.platform === 'linux' ? vulkan(machine) : available;
}

function unavailable(problem: DeviceNotice): Availability {
  return { problem, isSoftware: false };
}

function notInBuild(device: Device, { platform }: DeviceMachine): Availability {
  const isElsewhere = device === 'directml' && platform !== 'win32';
  return unavailable({ code: isElsewhere ? 'windowsOnly' : 'notIncluded', params: { device } });
}

function cuda(machine: DeviceMachine): Availability {
  if (!hasNvidia(machine)) return unavailable({ code: 'noNvidia', params: { device: 'cuda' } });
  const library = path.join(machine.runtimeFolder, 'libonnxruntime_providers_cuda.so');
  if (!machine.exists(library)) return unavailable({ code: 'noCuda', params: { device: 'cuda' } });
  return available;
}

/** Windows' Linux has the card behind a device of its own. */
function hasNvidia(machine: DeviceMachine): boolean {
  return ['/dev/nvidia0', '/dev/dxg'].some((file) => machine.exists(file));
}

function vulkan(machine: DeviceMachine): Availability {
  const drivers = vulkanDrivers(machine);
  if (drivers.length === 0) return unavailable({ code: 'noVulkan', params: { device: 'webgpu' } });
  const hasCard = hasNvidia(machine) || machine.names('/dev/dri').some((name) => name.startsWith('renderD'));
  return { problem: undefined, isSoftware: !hasCard || drivers.every(isSoftwareDriver) };
}

const manifestFolders = ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

/**
 * The files that the Vulkan loader would read, by its own rules for the places that systems use.
 * https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md#driver-discovery-on-linux
 */
export function vulkanDrivers(machine: DeviceMachine): readonly string[] {
  const { env, homeFolder } = machine;
  const named = env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES;
  if (named !== undefined && named !== '') return named.split(':').filter((file) => machine.exists(file));
  const dataHome = env.XDG_DATA_HOME || path.posix.join(homeFolder, '.local/share');
  const folders = [...manifestFolders, path.posix.join(dataHome, 'vulkan/icd.d')];
  return folders.flatMap((folder) =>
    machine
      .names(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => path.posix.join(folder, name)),
  );
}

/** Mesa's lavapipe, and what Chromium brings along. */
function isSoftwareDriver(file: string): boolean {
  return /(?:^|\/)(?:lvp_|vk_swiftshader)/.test(file);
}
