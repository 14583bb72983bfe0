/** @file What a model needs of memory, what there is, and in which precision it would fit. Model host. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ModelManifest } from '../compiler/manifest.ts';
import { readForeignFileSync } from '../foreignFile.ts';
import { type Precision, precisionSchema } from '../quantization/precision.ts';
import type { Device } from './device.ts';

/** Whatever the model: the libraries, the tokenizer and a picture. */
const baseBytes = 64 << 20;
/** Activations and the cache of five beams grow with the model, though not for ever. */
const maxWorkspaceBytes = 512 << 20;

/** Bytes of a weight on average, with scales, and with the parts that stay wider. The widest precision first. */
const weightBytes: Readonly<Record<Precision, number>> = { fp32: 4, fp16: 2.25, int8: 1.15, int4: 0.9 };

/** The same where the model runs: onnxruntime's CPU widens float16 when it loads it. */
function weightBytesOn(device: Device): Readonly<Record<Precision, number>> {
  return device === 'cpu' ? { ...weightBytes, fp16: weightBytes.fp32 } : weightBytes;
}

export function neededBytes(sizeBytes: number): number {
  return sizeBytes + baseBytes + Math.min(maxWorkspaceBytes, sizeBytes / 4);
}

export interface Fit {
  readonly neededBytes: number;
  readonly freeBytes: number;
  /** The widest precision in which the model would fit; undefined where none would. */
  readonly fittingPrecision: Precision | undefined;
}

/** Undefined where the model fits. */
export function shortOf(
  { sizeBytes, precision }: Pick<ModelManifest, 'sizeBytes' | 'precision'>,
  device: Device,
  freeBytes: number,
): Fit | undefined {
  const loadedBytes = weightBytesOn(device);
  const neededIn = (other: Precision) => neededBytes((sizeBytes / weightBytes[precision]) * loadedBytes[other]);
  const needed = neededIn(precision);
  if (needed <= freeBytes) return undefined;
  const narrower = precisionSchema.options.filter((other) => loadedBytes[other] < loadedBytes[precision]);
  const fittingPrecision = narrower.find((other) => neededIn(other) <= freeBytes);
  return { neededBytes: needed, freeBytes, fittingPrecision };
}

/** Of the system for the CPU, of the graphics card for the others; undefined where it cannot be known. */
export async function freeBytesOf(device: Device): Promise<number | undefined> {
  if (device === 'cpu' || process.platform === 'darwin') return freeSystemBytes();
  return (await freeNvidiaBytes()) ?? (process.platform === 'linux' ? freeAmdBytes() : undefined);
}

/** macOS counts what it would give up at once as used; three quarters are what Metal may have, too. */
function freeSystemBytes(): number {
  return process.platform === 'darwin' ? 0.75 * totalmem() : process.availableMemory();
}

const nvidiaTimeoutMs = 5000;

/** By the tool that comes with the driver: of the first card, which is the one that is used. */
async function freeNvidiaBytes(): Promise<number | undefined> {
  const query = ['--query-gpu=memory.free', '--format=csv,noheader,nounits', '--id=0'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: nvidiaTimeoutMs, windowsHide: true });
    const mebibytes = Number.parseInt(stdout, 10);
    return Number.isFinite(mebibytes) ? mebibytes * 2 ** 20 : undefined;
  } catch {
    return undefined;
  }
}

const cards = '/sys/class/drm';

/** A card that is a part of the processor has less of its own, and takes the system's. */
const minOwnBytes = 4 * 2 ** 30;

/** Of the card with the largest memory. */
function freeAmdBytes(): number | undefined {
  const found = names(cards).flatMap((card) => {
    const [own, shared] = [memoryOf(card, 'vram'), memoryOf(card, 'gtt')];
    if (own === undefined) return [];
    const isShared = own.total < minOwnBytes;
    return [{ total: own.total, free: own.free + (isShared ? (shared?.free ?? 0) : 0) }];
  });
  return found.sort((a, b) => b.total - a.total)[0]?.free;
}

/** @param kind vram is the card's own, gtt what it may take of the system's */
function memoryOf(card: string, kind: 'vram' | 'gtt'): { total: number; free: number } | undefined {
  const total = numberIn(path.posix.join(cards, card, `device/mem_info_${kind}_total`));
  const used = numberIn(path.posix.join(cards, card, `device/mem_info_${kind}_used`));
  return total === undefined || used === undefined ? undefined : { total, free: total - used };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^card\d+$/.test(name));
  } catch {
    return [];
  }
}

function numberIn(file: string): number | undefined {
  try {
    const value = Number.parseInt(readForeignFileSync(file, 64).toString('utf8'), 10);
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
