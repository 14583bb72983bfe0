/**
 * @file The client of a model host process. onnxruntime blocks the thread it runs on, and a driver crash or lack of
 * memory ends its process; so models live in a process of their own, which is restarted when it dies.
 */
import * as z from 'zod';
import type { Device, DeviceFault, PassedOver } from '../devices/device.ts';
import { deviceFaultOf } from '../devices/deviceError.ts';
import { type ListedDevice, listedDeviceSchema } from '../devices/listedDevice.ts';
import { RemoteError, VignetteError } from '../errors.ts';
import { type Explanation, explanationSchema } from '../explanation/explanation.ts';
import { forkHostProcess, type HostConnection, type StartHostProcess } from './hostConnection.ts';
import type { FeatureStorage, LoadOptions, ModelHostOptions, VerifyOptions } from './modelHostOptions.ts';
import { CancelDeadline, type LoadRequest, type Pending, picturesOf } from './pendingRequests.ts';
import {
  type Answer,
  type AnswerRequest,
  answerSchema,
  type Candidates,
  type CandidatesRequest,
  candidatesSchema,
  type EmbeddedImage,
  type Embedding,
  type EmbedImagesRequest,
  type EmbedTextsRequest,
  type ExplainRequest,
  embeddedImageSchema,
  embeddingSchema,
  hostMessageSchema,
  type LoadedModel,
  loadedModelSchema,
  type MatchRequest,
  type TextMatch,
  textMatchSchema,
  type VerifiedModel,
  verifiedModelSchema,
} from './protocol.ts';

/** A step of a model that is larger than the memory takes longer; another process has it loaded again sooner. */
const defaultCancelDeadlineMs = 10_000;

/** A request during which the process dies so many times is given up: it is what kills it. */
const maxCrashes = 2;

export class ModelHost implements AsyncDisposable {
  readonly #startProcess: StartHostProcess;
  readonly #onRestart: ((reason: string) => void) | undefined;
  readonly #onNotice: ModelHostOptions['onNotice'];
  /** In the order in which they were asked. */
  readonly #pending = new Map<number, Pending>();
  /** Undefined after the process died with nothing to do: it is started again when there is. */
  #connection: HostConnection | undefined;
  readonly #cancelDeadline: CancelDeadline;
  /** The process is being ended because it went on with a cancelled request: nothing crashed. */
  #isOverdue = false;
  #closed = false;
  #loaded: LoadRequest | undefined;
  /** What the process computes on, or tries to. */
  #device: Device = 'cpu';
  /** Devices that failed since the model was loaded. */
  #passedOver: readonly PassedOver[] = [];
  /** Of the load that follows a restart. */
  #reloadId: number | undefined;
  #features: FeatureStorage | undefined;
  /** What the process was last sent, or assumes. */
  #keepsFeatures = true;
  #nextId = 1;
  #exited: Promise<void> = Promise.resolve();

  private constructor({ startProcess, onRestart, onNotice, cancelDeadlineMs }: ModelHostOptions) {
    this.#startProcess = startProcess ?? forkHostProcess(new URL('./hostProcess.ts', import.meta.url));
    this.#onRestart = onRestart;
    this.#onNotice = onNotice;
    this.#cancelDeadline = new CancelDeadline(cancelDeadlineMs ?? defaultCancelDeadlineMs, () => {
      this.#isOverdue = true;
      this.#connection?.kill();
    });
  }

  static start(options: ModelHostOptions = {}): ModelHost {
    const host = new ModelHost(options);
    host.#connect();
    return host;
  }

  /** What the model is computed on: another than it was loaded on, once that has failed. */
  get device(): Device {
    return this.#device;
  }

  /** Loads a compiled model, in place of the one before. */
  async load(
    folder: string,
    { signal, threads = 0, device = 'auto', features, batch }: LoadOptions = {},
  ): Promise<LoadedModel> {
    this.#loaded = undefined;
    this.#passedOver = [];
    this.#features = features;
    const request: LoadRequest = { type: 'load', folder, threads, device, featuresFolder: features?.folder, batch };
    const loaded = loadedModelSchema.parse(await this.#request(request, { signal }));
    this.#loaded = request;
    this.#tell(loaded);
    return loaded;
  }

  /**
   * Checks every byte of a compiled model and the numbers that it computes. No model is loaded afterwards.
   * @param options `device` is tried anew, whatever is known about it
   * @throws RemoteError MODEL_DAMAGED, MODEL_SELF_TEST_FAILED, DEVICE_UNUSABLE, …; VignetteError MODEL_HOST_CRASHED;
   * the signal's reason
   */
  async verify(
    folder: string,
    { signal, device = 'cpu', onlyDevice = false }: VerifyOptions = {},
  ): Promise<VerifiedModel> {
    this.#loaded = undefined;
    this.#passedOver = [];
    return verifiedModelSchema.parse(await this.#request({ type: 'verify', folder, device, onlyDevice }, { signal }));
  }

  /** Tries what this machine could compute on, the best first. One that ends the process has that as its problem. */
  async devices({ signal }: { signal?: AbortSignal } = {}): Promise<ListedDevice[]> {
    return z.array(listedDeviceSchema).parse(await this.#request({ type: 'devices' }, { signal }));
  }

  /**
   * Answers one question about one picture. Answers are worked on in the order they are asked for.
   *
   * When the process dies meanwhile, it is restarted with its model and the question asked once more.
   * @throws RemoteError with the code of what went wrong; VignetteError MODEL_HOST_CRASHED; the signal's reason
   */
  async answer(
    request: AnswerRequest,
    { signal, onText }: { signal?: AbortSignal; onText?: (delta: string) => void } = {},
  ): Promise<Answer> {
    return answerSchema.parse(
      await this.#request({ type: 'answer', streams: onText !== undefined, request }, { signal, onText }),
    );
  }

  /** Several sampled answers to one question, in order; equal ones may occur. Errors as for `answer`. */
  async candidates(request: CandidatesRequest, { signal }: { signal?: AbortSignal } = {}): Promise<Candidates> {
    return candidatesSchema.parse(await this.#request({ type: 'candidates', request }, { signal }));
  }

  /** Where in the picture each word of a text comes from; needs a model that writes. Errors as for `answer`. */
  async explain(request: ExplainRequest, { signal }: { signal?: AbortSignal } = {}): Promise<Explanation> {
    return explanationSchema.parse(await this.#request({ type: 'explain', request }, { signal }));
  }

  /** How well each text matches the picture, in order; needs a matching model. Errors as for `answer`. */
  async match(request: MatchRequest, { signal }: { signal?: AbortSignal } = {}): Promise<TextMatch[]> {
    return z.array(textMatchSchema).parse(await this.#request({ type: 'match', request }, { signal }));
  }

  /** The vectors of each picture, in order, or why it has none; needs a matching model. Errors as for `answer`. */
  async embedImages(request: EmbedImagesRequest, { signal }: { signal?: AbortSignal } = {}): Promise<EmbeddedImage[]> {
    return z.array(embeddedImageSchema).parse(await this.#request({ type: 'embedImages', request }, { signal }));
  }

  /** The vector of each text, in order; needs a matching model. Errors as for `answer`. */
  async embedTexts(request: EmbedTextsRequest, { signal }: { signal?: AbortSignal } = {}): Promise<Embedding[]> {
    return z.array(embeddingSchema).parse(await this.#request({ type: 'embedTexts', request }, { signal }));
  }

  /** Ends the process. What is still pending is rejected. */
  async [Symbol.asyncDispose](): Promise<void> {
    const connection = this.#connection;
    this.#closed = true;
    this.#connection = undefined;
    this.#cancelDeadline.clear();
    connection?.kill();
    this.#rejectAll(hostClosed());
    await this.#exited;
  }

  #request(
    request: Pending['request'],
    { signal, onText }: { signal?: AbortSignal | undefined; onText?: ((delta: string) => void) | undefined },
  ): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.#closed) throw hostClosed();
    if (this.#connection === undefined) this.#restart();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const pending = { request, resolve, reject, onText, delivered: 0, generated: 0, crashes: 0, isSent: false };
    this.#pending.set(id, pending);
    this.#sendDue();
    const cancel = () => {
      if (!this.#pending.delete(id)) return;
      if (pending.isSent) this.#connection?.send({ type: 'cancel', id });
      this.#cancelDeadline.cancelled(id);
      reject(signal?.reason);
      this.#sendDue();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  #send(id: number, request: Pending['request']): void {
    this.#cancelDeadline.sent(id);
    const touchesDevices = request.type === 'load' || request.type === 'verify' || request.type === 'devices';
    this.#connection?.send({ ...request, id, ...(touchesDevices ? { passedOver: this.#passedOver } : {}) });
  }

  /** All at once, but for those with which the process has died before: each alone, so that it shows which of them it is. */
  #sendDue(): void {
    for (const [id, pending] of this.#pending) {
      if (pending.isSent) continue;
      const inHand = [...this.#pending.values()].filter(({ isSent }) => isSent);
      if (inHand.some(({ crashes }) => crashes > 0) || (pending.crashes > 0 && inHand.length > 0)) return;
      pending.isSent = true;
      this.#send(id, pending.request);
    }
  }

  #connect(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#exited = promise;
    this.#device = 'cpu';
    this.#keepsFeatures = true;
    const connection = this.#startProcess({
      onMessage: (message) => {
        // what one that was given up had still to say counts no more
        if (this.#connection === connection) this.#receive(message);
      },
      onExit: (reason) => {
        resolve();
        if (this.#connection === connection) this.#recover(reason);
      },
    });
    this.#connection = connection;
  }

  #receive(raw: unknown): void {
    const message = hostMessageSchema.parse(raw);
    if (message.type === 'features') {
      this.#features?.onUse(message.use);
      this.#reportRoom();
      return;
    }
    if (message.type === 'trying') {
      this.#device = message.device;
      return;
    }
    if (message.type !== 'text') this.#cancelDeadline.answered(message.id);
    if (message.type === 'result' && message.id === this.#reloadId) this.#reloaded(message.value);
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // cancelled, or the reload after a restart
    if (message.type === 'text') {
      const before = pending.generated;
      pending.generated += message.delta.length;
      const fresh = message.delta.slice(Math.max(0, pending.delivered - before));
      pending.delivered = Math.max(pending.delivered, pending.generated);
      if (fresh !== '') pending.onText?.(fresh);
      return;
    }
    const fault = message.type === 'error' ? deviceFaultOf(message.error.code) : undefined;
    if (fault !== undefined && this.#skip(fault)) {
      this.#startAnew();
      return;
    }
    this.#pending.delete(message.id);
    if (message.type === 'result') pending.resolve(message.value);
    else pending.reject(new RemoteError(message.error));
    this.#sendDue();
  }

  #reportRoom(): void {
    const keeps = this.#features?.hasRoom?.() ?? true;
    if (keeps === this.#keepsFeatures) return;
    this.#keepsFeatures = keeps;
    this.#connection?.send({ type: 'keepFeatures', keeps });
  }

  #reloaded(value: unknown): void {
    this.#tell(loadedModelSchema.parse(value));
  }

  #tell({ notices }: LoadedModel): void {
    if (notices.length > 0) this.#onNotice?.(notices);
  }

  /** From now on without the device that the process computes on. Returns false where there is nothing to do without. */
  #skip(fault: DeviceFault): boolean {
    const device = this.#device;
    if (device === 'cpu' || this.#passedOver.some((other) => other.device === device)) return false;
    this.#passedOver = [...this.#passedOver, { device, fault }];
    return true;
  }

  /** Another process takes the place of this one, whose driver may be beyond use, and is asked again what is pending. */
  #startAnew(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#cancelDeadline.clear();
    connection?.kill();
    this.#restart();
  }

  /** The process died: another loads the model and is asked again. What was in hand has one more try, alone. */
  #recover(reason: string): void {
    const wasOverdue = this.#isOverdue;
    this.#isOverdue = false;
    this.#cancelDeadline.clear();
    const inHand = wasOverdue ? [] : this.#inHand();
    // a driver that ends the process is no fault of what was asked
    const isDriver = inHand.length > 0 && this.#skip('crashed');
    for (const [id, pending] of isDriver ? [] : inHand) {
      pending.crashes += 1;
      if (pending.crashes < maxCrashes) continue;
      this.#pending.delete(id);
      const message = `The model process ended twice on this (${reason}); the memory may not suffice.`;
      const details = { reason, ...picturesOf(pending.request) };
      pending.reject(new VignetteError('MODEL_HOST_CRASHED', message, { details }));
    }
    this.#connection = undefined;
    if (!wasOverdue) this.#onRestart?.(reason);
    // a process that dies as soon as it starts must not be started forever
    if (this.#pending.size > 0) this.#restart();
  }

  #restart(): void {
    this.#connect();
    if (this.#loaded !== undefined) {
      this.#reloadId = this.#nextId++;
      this.#send(this.#reloadId, this.#loaded);
    }
    for (const pending of this.#pending.values()) {
      pending.generated = 0;
      pending.isSent = false;
    }
    this.#sendDue();
  }

  /** What the process worked on: the questions before a change of the model, or the change alone. */
  #inHand(): [number, Pending][] {
    const sent = [...this.#pending].filter(([, { isSent }]) => isSent);
    const change = sent.findIndex(([, { request }]) => request.type === 'load' || request.type === 'verify');
    return change < 0 ? sent : sent.slice(0, Math.max(1, change));
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function hostClosed(): VignetteError {
  return new VignetteError('MODEL_HOST_CLOSED', 'The model host was closed.', { retry: 'now' });
}
