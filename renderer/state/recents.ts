/** @file What a person searched for and looked at lately, the latest first: the palette offers it again. Renderer only. */
import { type KeptText, keptText, sessionText } from './keptText.ts';

const maxKept = 20;
const searchesKey = 'vignette.recentSearches';
const photosKey = 'vignette.recentPhotos';

export class Recents {
  readonly #searches: KeptText;
  readonly #photos: KeptText;

  /** @param photos outlives no window: their ids are those of one library */
  constructor(searches: KeptText = keptText, photos: KeptText = sessionText) {
    this.#searches = searches;
    this.#photos = photos;
  }

  get searches(): readonly string[] {
    return parsed(this.#searches.getItem(searchesKey)).filter((one) => typeof one === 'string');
  }

  get photoIds(): readonly number[] {
    return parsed(this.#photos.getItem(photosKey)).filter((one) => typeof one === 'number');
  }

  searched(query: string): void {
    const text = query.trim();
    if (text !== '') this.#searches.setItem(searchesKey, JSON.stringify(latest(text, this.searches)));
  }

  looked(photoId: number): void {
    this.#photos.setItem(photosKey, JSON.stringify(latest(photoId, this.photoIds)));
  }
}

function latest<T>(one: T, before: readonly T[]): T[] {
  return [one, ...before.filter((other) => other !== one)].slice(0, maxKept);
}

/** Whatever is stored there. */
function parsed(text: string | null): unknown[] {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}
