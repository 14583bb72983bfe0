/** @file What the router and the photo addresses need of a library, whoever keeps it. Main process and server. */
import type { CaptionEvent, LibrarySnapshot } from '../../preload/contract.ts';

export interface CaptionedLibrary {
  snapshot(): LibrarySnapshot;
  /** Subscribes at once, not at the first `next()`; ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIteratorObject<CaptionEvent, unknown, void>;
  /** The file behind a photo's id; undefined for an id that this library did not give out. */
  photoFile(id: string): string | undefined;
}
