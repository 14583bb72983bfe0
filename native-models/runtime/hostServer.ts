/** @file The inside of a model host process: holds one model, works on the requests about it side by side, can drop any. */
import type { LoadedAny } from '../architectures/models.ts';
import { assertInstalledFiles } from '../compiler/installedFiles.ts';
import { type ModelManifest, readManifest } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import { verifyModel } from '../compiler/verifyModel.ts';
import type { Device } from '../devices/device.ts';
import { listDevices } from '../devices/listDevices.ts';
import { freeBytesOf } from '../devices/memory.ts';
import { openOnDevice, verifyOnDevice } from '../devices/openOnDevice.ts';
import { serializeError, VignetteError } from '../errors.ts';
import { Answerer, type AnswererOptions } from './answerer.ts';
import { FeatureStore } from './featureStore.ts';
import { ImageTextScorer } from './imageTextScorer.ts';
import type { RunnableModel, VisionLanguageModel } from './loadedModel.ts';
import { PictureReader } from './pictureReader.ts';
import {
  type FeatureUse,
  type HostMessage,
  type HostRequest,
  hostRequestSchema,
  type LoadedModel,
  type VerifiedModel,
} from './protocol.ts';

type WorkRequest = Exclude<HostRequest, { type: 'cancel' | 'keepFeatures' }>;
type LoadRequest = Extract<HostRequest, { type: 'load' }>;

/** A matching model has no cache that grows. */
const scoredAtOnce = 8;

export class HostServer {
  readonly #send: (message: HostMessage) => void;
  /** Requests that are waiting or running, by id. */
  readonly #controllers = new Map<number, AbortController>();
  /** What is asked of the model that is held. */
  readonly #asking = new Set<Promise<void>>();
  /** Settles when the model that was to be loaded or verified last is. */
  #changing: Promise<unknown> = Promise.resolve();
  #held: Held | undefined;
  readonly #pictures = new PictureReader();
  #keepsFeatures = true;

  constructor(send: (message: HostMessage) => void) {
    this.#send = send;
  }

  /**
   * Handles one message. Whatever changes the model waits for everything before it, and what comes after waits for that;
   * questions to the model do not wait for each other, and a cancellation for nothing.
   */
  receive(message: unknown): void {
    const request = hostRequestSchema.parse(message);
    if (request.type === 'cancel') {
      this.#controllers.get(request.id)?.abort();
      return;
    }
    if (request.type === 'keepFeatures') {
      this.#keepsFeatures = request.keeps;
      return;
    }
    const controller = new AbortController();
    this.#controllers.set(request.id, controller);
    const isChange = request.type === 'load' || request.type === 'verify';
    const before = isChange ? Promise.all([this.#changing, ...this.#asking]) : this.#changing;
    const work = before.then(() => this.#work(request, controller.signal));
    if (isChange) {
      this.#changing = work;
      return;
    }
    this.#asking.add(work);
    void work.then(() => this.#asking.delete(work));
  }

  async #work(request: WorkRequest, signal: AbortSignal): Promise<void> {
    const { id } = request;
    try {
      signal.throwIfAborted();
      this.#send({ type: 'result', id, value: await this.#perform(request, signal) });
    } catch (error) {
      this.#send({ type: 'error', id, error: serializeError(error) });
    } finally {
      this.#controllers.delete(id);
    }
  }

  #perform(request: WorkRequest, signal: AbortSignal): Promise<unknown> {
    switch (request.type) {
      case 'load':
        return this.#load(request, signal);
      case 'verify':
        return this.#verify(request, signal);
      case 'devices':
        return listDevices({ passedOver: request.passedOver, onTrying: this.#reportTrying(request.id) });
      case 'answer': {
        const { id, streams } = request;
        const onText = (delta: string) => {
          if (delta !== '') this.#send({ type: 'text', id, delta });
        };
        return this.#requireAnswerer().answer(request.request, { signal, onText: streams ? onText : undefined });
      }
      case 'candidates':
        return this.#requireAnswerer().candidates(request.request, signal);
      case 'explain':
        return this.#requireAnswerer().explain(request.request, signal);
      case 'match':
        return this.#requireScorer().match(request.request, signal);
      case 'embedImages':
        return this.#requireScorer().embedImages(request.request, signal);
      case 'embedTexts':
        return this.#requireScorer().embedTexts(request.request, signal);
    }
  }

  async #load(request: LoadRequest, signal: AbortSignal): Promise<LoadedModel> {
    const { folder, threads, device: choice, passedOver, featuresFolder, batch: wanted } = request;
    const start = performance.now();
    await this.#drop();
    const manifest = await readManifest(folder);
    await assertInstalledFiles(folder, manifest, { signal });
    const onTrying = this.#reportTrying(request.id);
    const opened = await openOnDevice({ folder, manifest, choice, threads, passedOver, onTrying });
    const { loaded, device, notices } = opened;
    const onUse = (use: FeatureUse) => this.#send({ type: 'features', use });
    const keeps = () => this.#keepsFeatures;
    const store =
      featuresFolder === undefined
        ? undefined
        : new FeatureStore({ folder: featuresFolder, manifest, device, onUse, keeps });
    const batch = wanted ?? (loaded.kind === 'generator' ? await rowsOn(device, loaded.model) : scoredAtOnce);
    this.#held = hold(loaded, device, { batch, store, read: this.#pictures.read });
    const { id, architecture, precision } = manifest;
    const loadMs = performance.now() - start;
    return { id, architecture, precision, device, batch, loadMs, notices: [...notices] };
  }

  /** A model beside the one that is held might not fit into the memory. */
  async #verify(request: Extract<WorkRequest, { type: 'verify' }>, signal: AbortSignal): Promise<VerifiedModel> {
    const { folder, device: choice, passedOver, onlyDevice } = request;
    await this.#drop();
    const manifest = await readManifest(folder);
    if (!onlyDevice) await verifyModel(folder, { signal });
    const files = manifest.files.length;
    if (choice === 'cpu') return { files, device: 'cpu' };
    const onTrying = this.#reportTrying(request.id);
    return { files, device: await verifyOnDevice({ folder, manifest, choice, passedOver, onTrying }) };
  }

  #reportTrying(id: number): (device: Device) => void {
    return (device) => this.#send({ type: 'trying', id, device });
  }

  async #drop(): Promise<void> {
    const previous = this.#held?.model;
    this.#held = undefined;
    await previous?.[Symbol.asyncDispose]();
  }

  #requireAnswerer(): Answerer {
    const held = this.#requireHeld();
    if (held.kind === 'generator') return held.worker;
    throw new ModelError('MODEL_WRONG_KIND', `The model ${held.manifest.id} scores texts; it does not write any.`);
  }

  #requireScorer(): ImageTextScorer {
    const held = this.#requireHeld();
    if (held.kind === 'matcher') return held.worker;
    throw new ModelError('MODEL_WRONG_KIND', `The model ${held.manifest.id} writes text; it does not score any.`);
  }

  #requireHeld(): Held {
    if (this.#held === undefined) throw new VignetteError('MODEL_NOT_LOADED', 'No model is loaded.', { retry: 'now' });
    return this.#held;
  }
}

/** By the memory that is left on the device, or in the machine where that cannot be known. */
async function rowsOn(device: Device, { cacheBytesPerToken }: VisionLanguageModel): Promise<number> {
  return batchRows(cacheBytesPerToken, await freeBytesOf(device));
}

/** The loaded model with what works with it. */
type Held = { readonly model: RunnableModel; readonly manifest: ModelManifest } & (
  | { readonly kind: 'generator'; readonly worker: Answerer }
  | { readonly kind: 'matcher'; readonly worker: ImageTextScorer }
);

function hold(loaded: LoadedAny, device: Device, options: AnswererOptions): Held {
  const { manifest } = loaded;
  return loaded.kind === 'generator'
    ? {
        kind: 'generator',
        model: loaded.model,
        manifest,
        worker: new Answerer(loaded.model, manifest, { device, ...options }),
      }
    : {
        kind: 'matcher',
        model: loaded.model,
        manifest,
        worker: new ImageTextScorer(loaded.model, manifest, { device, ...options }),
      };
}

/** Weights are read once for all rows; beyond so many, arithmetic takes as long for each row as it does alone. */
const maxRows = 16;

/** Of the memory that is free once the model is loaded. */
const share = 0.25;
/** What a row takes: the picture, a question and an answer. */
const tokensPerRow = 128;
/** A step reads the cache, reorders it and writes the grown one. */
const copies = 3;

/** @param bytesPerToken what the caches hold for a token of a row */
export function batchRows(bytesPerToken: number, availableBytes: number = process.availableMemory()): number {
  const fitting = Math.floor((availableBytes * share) / (bytesPerToken * tokensPerRow * copies));
  return Math.max(1, Math.min(maxRows, fitting));
}
