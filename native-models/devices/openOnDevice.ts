/**
 * @file Opens a model on the device that was asked for, or on the best that computes it rightly; where one cannot be had,
 * on the next, and says why. Model host.
 */
import { type LoadedAny, loadAnyModel } from '../architectures/models.ts';
import type { ModelManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { VignetteError } from '../errors.ts';
import type { AttentionForm } from '../onnx/graph.ts';
import { isQuantized, type Precision } from '../quantization/precision.ts';
import { assertSelfTest, selfTestStages } from '../runtime/modelSelfTest.ts';
import { availabilityOf, type DeviceMachine, thisMachine } from './availability.ts';
import {
  type Device,
  type DeviceChoice,
  type DeviceFault,
  deviceNames,
  deviceSchema,
  type PassedOver,
} from './device.ts';
import { DeviceError, deviceErrorOf, noticeOfError } from './deviceError.ts';
import { type DeviceNotice, faultNotice, noticesOf, slowFor, tooLargeFor } from './deviceNotice.ts';
import { DeviceRecords } from './deviceRecords.ts';
import { driverKey } from './driver.ts';
import { freeBytesOf, shortOf } from './memory.ts';

export interface OpeningOptions {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly choice: DeviceChoice;
  /** As in SessionSettings. */
  readonly threads: number;
  /** Devices that failed in this or an earlier process of the same host. */
  readonly passedOver: readonly PassedOver[];
  /** Told before a device is touched: it may end the process. */
  readonly onTrying: (device: Device) => void;
  readonly parts?: Partial<OpeningParts> | undefined;
}

/** What a test may replace. */
export interface OpeningParts {
  readonly machine: DeviceMachine;
  readonly freeBytesOf: (device: Device) => Promise<number | undefined>;
  readonly load: typeof loadAnyModel;
  readonly computesFusedAttention: (device: Device) => Promise<boolean>;
  readonly computesQuantizedMatrices: (device: Device, bits: 4 | 8) => Promise<boolean>;
  readonly computesHalfMatrices: (device: Device) => Promise<boolean>;
  /** What a model takes for its self-test. */
  readonly selfTestMs: (loaded: LoadedAny) => Promise<number>;
}

export interface OpenedOnDevice {
  readonly loaded: LoadedAny;
  readonly device: Device;
  /** Why those before it could not be had. */
  readonly problems: readonly DeviceNotice[];
  /** Where there are any, or the memory is short: also what came of it. */
  readonly notices: readonly DeviceNotice[];
}

/** @throws ModelError, … as `loadAnyModel` on the CPU */
export async function openOnDevice(options: OpeningOptions): Promise<OpenedOnDevice> {
  const { folder, manifest, choice, threads, passedOver, onTrying } = options;
  const parts: OpeningParts = { ...realParts(), ...options.parts };
  const candidates = choice === 'auto' ? deviceSchema.options : [choice];
  const problems: DeviceNotice[] = [];
  let records: DeviceRecords | undefined;
  for (const device of candidates) {
    if (device === 'cpu') continue;
    const { problem, isSoftware } = availabilityOf(device, parts.machine);
    if (choice === 'auto' && (problem !== undefined || isSoftware)) continue;
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    records ??= await DeviceRecords.open(folder, manifest, driverKey(parts.machine));
    const attempt = { device, folder, manifest, threads, records, parts, onTrying };
    const fault = passedOver.find((other) => other.device === device)?.fault;
    if (choice === 'auto' && fault === undefined && isKnownAsUnfit(records, device)) continue;
    const outcome = fault === undefined ? await tryDevice(attempt) : await skip(device, fault, records);
    if ('code' in outcome) {
      problems.push(outcome);
      continue;
    }
    const rival = choice === 'auto' ? await fasterOnCpu(attempt, outcome) : undefined;
    if (rival !== undefined) return { loaded: rival, device: 'cpu', problems, notices: noticesOf(problems, 'cpu') };
    return { loaded: outcome, device, problems, notices: noticesOf(problems, device) };
  }
  onTrying('cpu');
  const fit = shortOf(manifest, 'cpu', (await parts.freeBytesOf('cpu')) ?? Number.POSITIVE_INFINITY);
  const loaded = await parts.load(folder, { device: 'cpu', threads });
  const notices = noticesOf(problems, 'cpu');
  if (manifest.precision === 'fp16') notices.push({ code: 'madeForCards', params: { model: manifest.id } });
  if (fit !== undefined) notices.push(slowFor(manifest, fit));
  return { loaded, device: 'cpu', problems, notices };
}

function realParts(): OpeningParts {
  return {
    machine: thisMachine(),
    freeBytesOf,
    load: loadAnyModel,
    selfTestMs,
    // loaded when needed: it brings what writes graphs
    computesFusedAttention: async (device) => (await import('./probes.ts')).computesFusedAttention(device),
    computesQuantizedMatrices: async (device, bits) =>
      (await import('./probes.ts')).computesQuantizedMatrices(device, bits),
    computesHalfMatrices: async (device) => (await import('./probes.ts')).computesHalfMatrices(device),
  };
}

/** Who left the choice to us was told of what is wrong when it was found out; being slow is nothing to tell. */
function isKnownAsUnfit(records: DeviceRecords, device: Device): boolean {
  const known = records.of(device);
  return known !== undefined && ('problem' in known || known.isSlow === true);
}

/**
 * The model on the CPU, where it is faster there than on the device that it was opened on, which is then closed. Measured
 * once, and not where both would not fit into the memory.
 */
async function fasterOnCpu(attempt: Attempt, onDevice: LoadedAny): Promise<LoadedAny | undefined> {
  const { device, folder, manifest, threads, records, parts, onTrying } = attempt;
  const known = records.of(device);
  if (known === undefined || 'problem' in known || known.isSlow !== undefined) return undefined;
  const freeBytes = await parts.freeBytesOf('cpu');
  if (freeBytes === undefined || shortOf(manifest, 'cpu', freeBytes) !== undefined) return undefined;
  const deviceMs = await parts.selfTestMs(onDevice);
  onTrying('cpu');
  const onCpu = await parts.load(folder, { device: 'cpu', threads });
  const isSlow = (await parts.selfTestMs(onCpu)) < deviceMs;
  await records.keep(device, { ...known, isSlow });
  const [kept, closed] = isSlow ? [onCpu, onDevice] : [undefined, onCpu];
  await closed.model[Symbol.asyncDispose]();
  if (!isSlow) onTrying(device);
  return kept;
}

interface Attempt {
  readonly device: Exclude<Device, 'cpu'>;
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly threads: number;
  readonly records: DeviceRecords;
  readonly parts: OpeningParts;
  readonly onTrying: (device: Device) => void;
}

/** The model, or why the device cannot have it. @throws what is wrong with the model on any device */
async function tryDevice(attempt: Attempt): Promise<LoadedAny | DeviceNotice> {
  const { device, manifest, records, parts, onTrying } = attempt;
  const known = records.of(device);
  if (known !== undefined && 'problem' in known) return known.problem;
  const freeBytes = await parts.freeBytesOf(device);
  const fit = freeBytes === undefined ? undefined : shortOf(manifest, device, freeBytes);
  if (fit !== undefined) return tooLargeFor(device, manifest, fit);
  onTrying(device);
  try {
    return known === undefined ? await openTested(attempt) : await openIn(known.attention, attempt);
  } catch (error) {
    if (error instanceof DeviceError) {
      const problem = noticeOfError(device, error);
      // what is in use or was reset may be free another time
      if (error.code === 'DEVICE_FAILED') await records.keep(device, { problem });
      return problem;
    }
    if (!isWrong(error)) throw error;
    const problem: DeviceNotice = { code: 'wrong', params: { device, model: manifest.id } };
    await records.keep(device, { problem });
    return problem;
  }
}

/** In the faster form where the device computes that rightly, else in the other. @throws MODEL_SELF_TEST_FAILED, … */
async function openTested(attempt: Attempt): Promise<LoadedAny> {
  const { device, manifest, records, parts } = attempt;
  await assertMatrices(parts, device, manifest);
  // the fused form multiplies 8-bit codes with an operator that graphics cards lack
  const mayFuse = !isQuantized(manifest.precision) && (await computesFused(parts, device));
  const forms: AttentionForm[] = mayFuse ? ['fused', 'composed'] : ['composed'];
  let failure: unknown;
  for (const attention of forms) {
    const loaded = await openIn(attention, attempt);
    try {
      await assertSelfTest(loaded.model, manifest, device);
      await records.keep(device, { attention });
      return loaded;
    } catch (error) {
      await loaded.model[Symbol.asyncDispose]();
      if (!isWrong(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** What the matrices of a precision are made of. */
const matrixKinds: Readonly<Record<Precision, readonly (4 | 8 | 'half')[]>> = {
  fp32: [],
  fp16: ['half'],
  int8: [8],
  int4: [4, 8],
};

/** @throws ModelError MODEL_SELF_TEST_FAILED; DeviceError */
async function assertMatrices(
  parts: OpeningParts,
  device: Attempt['device'],
  { precision }: ModelManifest,
): Promise<void> {
  for (const kind of matrixKinds[precision]) {
    const probe = kind === 'half' ? parts.computesHalfMatrices(device) : parts.computesQuantizedMatrices(device, kind);
    const isRight = await probe.catch((error: unknown) => {
      throw deviceErrorOf(device, error);
    });
    if (isRight) continue;
    const message = `${deviceNames[device]} multiplies weights of ${kind === 'half' ? 16 : kind} bits wrongly.`;
    throw new ModelError('MODEL_SELF_TEST_FAILED', message, { device, kind });
  }
}

async function computesFused(parts: OpeningParts, device: Device): Promise<boolean> {
  try {
    return await parts.computesFusedAttention(device);
  } catch {
    // what the device cannot do at all, it need not do
    return false;
  }
}

function openIn(attention: AttentionForm, { device, folder, threads, parts }: Attempt): Promise<LoadedAny> {
  return parts.load(folder, { device, threads, attention });
}

function isWrong(error: unknown): boolean {
  if (error instanceof ModelError) return error.code === 'MODEL_SELF_TEST_FAILED';
  return error instanceof VignetteError && error.code === 'MODEL_NOT_FINITE';
}

/** What may pass (a driver that was reset, a card that others use) is not kept beyond this host. */
async function skip(device: Device, fault: DeviceFault, records: DeviceRecords): Promise<DeviceNotice> {
  const problem = faultNotice(fault, device);
  if (fault === 'crashed' || fault === 'not-finite') await records.keep(device, { problem });
  return problem;
}

/** Milliseconds of everything that the self-test computes; a first run pays for what is set up once. */
async function selfTestMs({ model, manifest }: LoadedAny): Promise<number> {
  await selfTestStages(model, manifest.image);
  const start = performance.now();
  await selfTestStages(model, manifest.image);
  return performance.now() - start;
}

/**
 * Tries a device anew, whatever was found out about it before, for `models verify --device`. Returns the device that
 * computed the model.
 * @throws DeviceError DEVICE_UNUSABLE where it is not the one that was asked for
 */
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
