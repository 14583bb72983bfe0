/** @file Tells every page what changed in the library, gathered up so that a busy minute is not a flood. Main process and server. */
import { EventPublisher } from '@orpc/server';
import type { LibraryEvent } from '../../preload/contract/library.ts';
import type { CatalogChange } from '../library/catalog/connection.ts';

/** Four times a second is as often as a page can make use of. */
const betweenTellingsMs = 250;
/** Of more photos it is only said that they are many. */
const maxNamed = 500;

export class AppEvents implements Disposable {
  // A slow page must lose no news, so nothing is dropped; the buffer goes when the page's connection does.
  readonly #publisher = new EventPublisher<{ news: LibraryEvent }>({ maxBufferedEvents: Number.POSITIVE_INFINITY });
  readonly #present: () => readonly LibraryEvent[];
  readonly #photoIds = new Set<number>();
  readonly #waiting = new Map<LibraryEvent['type'], () => LibraryEvent>();
  #timer: NodeJS.Timeout | undefined;

  /** @param present how things are, for a page that begins to watch */
  constructor(present: () => readonly LibraryEvent[]) {
    this.#present = present;
  }

  /** Subscribes at once; begins with how things are. */
  async *watch(signal: AbortSignal | undefined): AsyncGenerator<LibraryEvent, void, void> {
    const news = this.#publisher.subscribe('news', signal === undefined ? {} : { signal });
    yield* this.#present();
    yield* news;
  }

  catalogChanged({ photoIds, runIds, foldersChanged }: CatalogChange): void {
    for (const id of photoIds) this.#photoIds.add(id);
    if (photoIds.size > 0) {
      this.#soon('photos', () => {
        const ids = this.#photoIds.size > maxNamed ? [] : [...this.#photoIds];
        this.#photoIds.clear();
        return { type: 'photos', ids };
      });
    }
    if (runIds.size > 0) this.#soon('runs', () => ({ type: 'runs' }));
    if (foldersChanged) this.#soon('folders', () => ({ type: 'folders' }));
  }

  /** @param event made when it is told: the latest state is what counts */
  changed(type: LibraryEvent['type'], event: () => LibraryEvent): void {
    this.#soon(type, event);
  }

  /** At once, and each. */
  tell(event: LibraryEvent): void {
    this.#publisher.publish('news', event);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #soon(type: LibraryEvent['type'], event: () => LibraryEvent): void {
    this.#waiting.set(type, event);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const make of waiting) this.#publisher.publish('news', make());
    }, betweenTellingsMs);
  }
}
