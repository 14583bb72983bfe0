/** @file What the client of a model host process can be asked for when it starts one, loads a model and verifies one. */
import type { DeviceChoice } from '../devices/device.ts';
import type { DeviceNotice } from '../devices/deviceNotice.ts';
import type { StartHostProcess } from './hostConnection.ts';
import type { FeatureUse } from './protocol.ts';

export interface ModelHostOptions {
  /** How to start the process; by default Node forks `hostProcess` beside this file. */
  readonly startProcess?: StartHostProcess | undefined;
  /** Called when the process died; it is started again as soon as there is work. */
  readonly onRestart?: ((reason: string) => void) | undefined;
  /** Called when a model is not on the device that was asked for, or memory is short, with why. */
  readonly onNotice?: ((notices: readonly DeviceNotice[]) => void) | undefined;
  /** How long the process may go on with a request that was aborted before it is ended and another takes its place. */
  readonly cancelDeadlineMs?: number | undefined;
}

/** Where the features of pictures outlive the process. The caller that names the folder keeps it small. */
export interface FeatureStorage {
  readonly folder: string;
  readonly onUse: (use: FeatureUse) => void;
  /** Asked after every use: whether more is to be kept. By default it always is. */
  readonly hasRoom?: (() => boolean) | undefined;
}

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** Threads of one operator; 0 is one a physical core. */
  readonly threads?: number;
  /** Where it cannot be had, the next best is taken; `device` of the result is what it became. */
  readonly device?: DeviceChoice;
  /** By default features stay in memory, and only those of the last pictures. */
  readonly features?: FeatureStorage | undefined;
  /** Questions that are worked on together; by default as many as pay off and the memory allows. */
  readonly batch?: number | undefined;
}

/** By default on the CPU. */
export interface VerifyOptions extends Pick<LoadOptions, 'signal' | 'device'> {
  /** Every byte was checked a moment ago: only what the device computes is to be. */
  readonly onlyDevice?: boolean;
}
