/** @file What the page knows of the library: a snapshot, kept current by the event stream. A reload loses nothing. Renderer only. */
import type { CaptionEvent, Photo, Progress } from '../../preload/contract.ts';
import type { Client } from './connection.ts';

export interface PhotoFolder {
  readonly folder: string;
  readonly photos: readonly Photo[];
}

/** Folders in the order in which the library first names them. */
export function groupByFolder(photos: readonly Photo[]): PhotoFolder[] {
  return [...Map.groupBy(photos, (photo) => photo.folder)].map(([folder, group]) => ({ folder, photos: group }));
}

export class LibraryState {
  #name = $state('');
  #photos = $state.raw<readonly Photo[]>([]);
  #progress = $state.raw<Progress | null>(null);
  #connectionLost = $state(false);
  #indexById = new Map<string, number>();

  readonly folders = $derived(groupByFolder(this.#photos));
  readonly failures = $derived(this.#photos.filter((photo) => photo.problem !== null));

  get name(): string {
    return this.#name;
  }

  /** Null until the first answer has come. */
  get progress(): Progress | null {
    return this.#progress;
  }

  get connectionLost(): boolean {
    return this.#connectionLost;
  }

  /** Follows the library until the signal aborts or the connection ends. */
  async follow(client: Client, signal: AbortSignal): Promise<void> {
    try {
      const changes = await client.library.watchCaptions(undefined, { signal });
      const snapshot = await client.library.captions(undefined, { signal });
      this.#name = snapshot.name;
      this.#photos = snapshot.photos;
      this.#indexById = new Map(snapshot.photos.map((photo, index) => [photo.id, index]));
      this.#progress = snapshot.progress;
      for await (const change of changes) this.#apply(change);
    } catch {
      // Whatever ended the connection, the page can only say that it ended.
    }
    if (!signal.aborted) this.#connectionLost = true;
  }

  #apply(change: CaptionEvent): void {
    if (change.type === 'progress') {
      this.#progress = change.progress;
      return;
    }
    const index = this.#indexById.get(change.photo.id);
    if (index !== undefined) this.#photos = this.#photos.with(index, change.photo);
  }
}
