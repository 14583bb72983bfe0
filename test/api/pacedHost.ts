/** @file A stand-in for the model's process: answers come when the test says so, or at once. */
import type { StartedHost } from '../../main/library/openInstalledModel.ts';
import type { DeviceNotice } from '../../native-models/devices/deviceNotice.ts';
import type { ListedDevice } from '../../native-models/devices/listedDevice.ts';
import type { Explanation } from '../../native-models/explanation/explanation.ts';
import type {
  Answer,
  AnswerRequest,
  Candidates,
  EmbeddedImage,
  Embedding,
  ExplainRequest,
  LoadedModel,
  TextMatch,
  VerifiedModel,
} from '../../native-models/runtime/protocol.ts';

const noTimes = { imageMs: 1, visionMs: 2, qformerMs: 3, prefillMs: 4, decodeMs: 5, totalMs: 15 };

type AnswerStep = (onText: (delta: string) => void, signal: AbortSignal | undefined) => Promise<string>;

export class PacedHost implements StartedHost {
  readonly asked: AnswerRequest[] = [];
  readonly explained: ExplainRequest[] = [];
  /** Folders of models. */
  readonly verified: string[] = [];
  /** Tell whoever started it about the device. */
  readonly onNotice: ((notices: readonly DeviceNotice[]) => void)[] = [];
  /** What answers are like from now on; the caption names the photo. */
  step: AnswerStep | undefined;

  readonly device = 'cpu';

  async load(folder: string): Promise<LoadedModel> {
    return { id: folder, architecture: 'test', precision: 'fp32', device: 'cpu', batch: 1, loadMs: 1, notices: [] };
  }

  async verify(folder: string): Promise<VerifiedModel> {
    this.verified.push(folder);
    return { files: 3, device: 'cpu' };
  }

  async devices(): Promise<ListedDevice[]> {
    return [{ device: 'cpu', problem: null, isSoftware: false, freeBytes: 8e9, hasFloat16: false }];
  }

  async answer(
    request: AnswerRequest,
    { signal, onText = () => undefined }: { signal?: AbortSignal; onText?: (delta: string) => void } = {},
  ): Promise<Answer> {
    this.asked.push(request);
    const text = (await this.step?.(onText, signal)) ?? `${request.prompt}: ${request.image.split('/').at(-1)}`;
    const { prompt } = request;
    return { prompt, warnings: [], text, tokenIds: [], finish: 'eos', width: 800, height: 400, ms: noTimes };
  }

  async candidates(): Promise<Candidates> {
    const candidates = [{ text: 'one', tokenIds: [], finish: 'eos' as const }];
    return { prompt: '', warnings: [], candidates, width: 800, height: 400, ms: noTimes };
  }

  /** All of it comes from the upper left quarter. */
  async explain(request: ExplainRequest): Promise<Explanation> {
    this.explained.push(request);
    const { text } = request;
    const regions = [{ left: 0, top: 0, width: 0.5, height: 0.5 }];
    const words = [{ start: 0, end: text.length, gain: 2, heat: [1, 0, 0, 0], regions }];
    return { text, grid: 2, words, totalMs: 1 };
  }

  async match({ texts }: { readonly texts: readonly string[] }): Promise<TextMatch[]> {
    return texts.map((text) => ({ text, itm: 0.25, itc: 0.1 }));
  }

  async embedImages({ images }: { readonly images: readonly string[] }): Promise<EmbeddedImage[]> {
    return images.map((image) => ({ image, embedding: this.#vector(image) }));
  }

  async embedTexts({ texts }: { readonly texts: readonly string[] }): Promise<Embedding[]> {
    return texts.map((text) => ({ ...this.#vector(text), ...(text.includes('天') ? { unknown: ['天'] } : {}) }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing was started.
  }

  /** Upright and wide photos lie at right angles, and so do the words. */
  #vector(name: string): Embedding {
    return { data: Float32Array.from(name.includes('upright') ? [1, 0] : [0, 1]), vectors: 1, size: 2 };
  }
}
