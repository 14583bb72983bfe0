/** @file Scores how well texts match pictures (ITM, ITC), and embeds either, with one loaded matching model. Model host. */
import type { ModelManifest } from '../compiler/manifest.ts';
import type { Device } from '../devices/device.ts';
import { deviceFaultOf } from '../devices/deviceError.ts';
import { serializeError } from '../errors.ts';
import { FeatureCache } from './featureCache.ts';
import type { FeatureStore } from './featureStore.ts';
import type { ImageTextMatcher } from './loadedModel.ts';
import type { ReadPicture } from './pictureReader.ts';
import type {
  EmbeddedImage,
  Embedding,
  EmbedImagesRequest,
  EmbedTextsRequest,
  MatchRequest,
  TextMatch,
} from './protocol.ts';
import { VisionBatch } from './visionBatch.ts';

export interface ImageTextScorerOptions {
  readonly device?: Device | undefined;
  readonly store?: FeatureStore | undefined;
  /** By default in this thread. */
  readonly read?: ReadPicture | undefined;
}

/** Of one run of the vision encoder. */
const picturesAtOnce = 4;

export class ImageTextScorer {
  readonly #model: ImageTextMatcher;
  readonly #features: FeatureCache;
  readonly #device: Device;

  constructor(
    model: ImageTextMatcher,
    manifest: ModelManifest,
    { device = 'cpu', store, read }: ImageTextScorerOptions = {},
  ) {
    this.#model = model;
    this.#device = device;
    const vision = new VisionBatch((pixelValues) => model.encodeImages(pixelValues), picturesAtOnce);
    this.#features = new FeatureCache(manifest.image, (pixelValues) => vision.encode(pixelValues), { store, read });
  }

  /** Every text against the one picture, in order. @throws ImageError; the signal's reason when aborted */
  async match({ image, content, texts, itmOnly = false }: MatchRequest, signal: AbortSignal): Promise<TextMatch[]> {
    const { encoded } = await this.#features.get(image, signal, { content });
    const picture = itmOnly ? undefined : await this.#model.embedImages(encoded.features);
    const matches: TextMatch[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      const [match] = await this.#model.match(encoded.features, [text]);
      if (match === undefined) throw new RangeError('nothing was scored');
      const itm = match.probability;
      const unknown = this.#unknownOf(text);
      if (picture === undefined) matches.push({ text, itm, ...unknown });
      else {
        const itc = similarity(picture, (await this.#model.embedTexts([text])).data);
        matches.push({ text, itm, itc, ...unknown });
      }
    }
    return matches;
  }

  /** In order; of a picture that cannot be read or embedded, why. @throws DeviceError, …; the signal's reason when aborted */
  async embedImages({ images }: EmbedImagesRequest, signal: AbortSignal): Promise<EmbeddedImage[]> {
    const embedded: EmbeddedImage[] = [];
    for (const image of images) {
      try {
        // the vectors are kept for good: features would only take the room of others
        const { encoded } = await this.#features.get(image, signal, { stores: false });
        embedded.push({ image, embedding: await this.#model.embedImages(encoded.features) });
      } catch (error) {
        signal.throwIfAborted();
        const serialized = serializeError(error);
        // no fault of the picture's: another device is to look at it
        if (this.#device !== 'cpu' && deviceFaultOf(serialized.code) !== undefined) throw error;
        embedded.push({ image, error: serialized });
      }
      signal.throwIfAborted();
    }
    return embedded;
  }

  /** In order. @throws the signal's reason when aborted */
  async embedTexts({ texts }: EmbedTextsRequest, signal: AbortSignal): Promise<Embedding[]> {
    const embedded: Embedding[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      const { data, size } = await this.#model.embedTexts([text]);
      embedded.push({ data, vectors: 1, size, ...this.#unknownOf(text) });
    }
    return embedded;
  }

  #unknownOf(text: string): { unknown?: string[] } {
    const unknown = this.#model.unknownParts(text);
    return unknown.length === 0 ? {} : { unknown: [...unknown] };
  }
}

/** The largest cosine between the text's unit vector and the picture's unit vectors, [vectors, size]. */
function similarity({ data, vectors, size }: Embedding, text: Float32Array): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < vectors; v++) {
    let cosine = 0;
    for (let i = 0; i < size; i++) cosine += (data[v * size + i] as number) * (text[i] as number);
    best = Math.max(best, cosine);
  }
  return best;
}
