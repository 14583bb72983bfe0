/** @file Judges texts about pictures with one loaded matching model. Model host. */
import type { ModelManifest } from '../compiler/manifest.ts';
import { ImageMemory } from './imageMemory.ts';
import type { ImageTextMatcher } from './imageTextMatcher.ts';
import type { MatchRequest, TextMatch } from './protocol.ts';

export class Judge {
  readonly #model: ImageTextMatcher;
  readonly #images: ImageMemory;

  constructor(model: ImageTextMatcher, manifest: ModelManifest) {
    this.#model = model;
    this.#images = new ImageMemory(manifest.image, (pixelValues) => model.encodeImages(pixelValues));
  }

  /** Every text against the one picture, in order. @throws ImageError; the signal's reason when aborted */
  async match({ image, texts }: MatchRequest, signal: AbortSignal): Promise<TextMatch[]> {
    const { seen } = await this.#images.look(image, signal);
    const picture = await this.#model.embedImages(seen.features);
    const matches: TextMatch[] = [];
    for (const text of texts) {
      signal.throwIfAborted();
      const [match] = await this.#model.match(seen.features, [text]);
      const words = await this.#model.embedTexts([text]);
      if (match === undefined) throw new RangeError('nothing was judged');
      matches.push({ text, itm: match.probability, itc: similarity(picture, words.data) });
    }
    return matches;
  }
}

/** The largest cosine between the text's unit vector and the picture's unit vectors, [vectors, size]. */
function similarity(
  { data, vectors, size }: { data: Float32Array; vectors: number; size: number },
  text: Float32Array,
): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < vectors; v++) {
    let cosine = 0;
    for (let i = 0; i < size; i++) cosine += (data[v * size + i] ?? 0) * (text[i] ?? 0);
    best = Math.max(best, cosine);
  }
  return best;
}
