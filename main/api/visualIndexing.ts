/**
 * @file Indexes photos for visual search by itself: whatever is new or changed, with the matching model that is the
 * default, after all that somebody asked for. Tells how far the library is. Main process and server.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { IndexingState } from '../../preload/contract/library.ts';
import { isAutomatic } from '../../schemas/automaticRun.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { backgroundPriority } from '../library/catalog/jobs/jobs.ts';
import { runIdentityHash } from '../library/catalog/runs/runs.ts';
import type { RunIdentity } from '../library/catalog/texts/provenance.ts';
import type { UsableModel } from '../library/models/chooseModel.ts';
import { AsyncSignal } from '../library/queue/clock.ts';
import { embeddingKey } from '../library/queue/modelLeases.ts';
import type { LibraryQueue } from '../library/queue/queue.ts';
import { plainIdentity } from './work.ts';

export interface VisualIndexingParts {
  readonly catalog: Catalog;
  readonly queue: LibraryQueue;
  /** The default matching model; undefined where there is none. */
  readonly scorer: () => Promise<UsableModel | undefined>;
  /** The library holds nothing but the photos that come with Vignette. */
  readonly isDemo: () => boolean;
  /** Folders are being compared with the disk, or files read: pictures to look at come first. */
  readonly isBusy: () => boolean;
  readonly onChange: () => void;
}

/** Changes come in bursts, and what is read of 100,000 photos takes a thread some tenths of a second. */
const pauseMs = 1000;

export class VisualIndexing implements AsyncDisposable {
  readonly #parts: VisualIndexingParts;
  readonly #news = new AsyncSignal();
  readonly #closing = new AbortController();
  readonly #stopListening: (() => void)[] = [];
  #hasNews = false;
  #state: IndexingState | undefined;
  #ended: Promise<void> | undefined;

  constructor(parts: VisualIndexingParts) {
    this.#parts = parts;
  }

  /** Undefined while no model can index, and before it is known. */
  get state(): IndexingState | undefined {
    return this.#state;
  }

  start(): void {
    const { catalog, queue } = this.#parts;
    this.#stopListening.push(
      catalog.connection.onChange(({ photoIds, foldersChanged }) => {
        if (photoIds.size > 0 || foldersChanged) this.wake();
      }),
      queue.subscribe((event) => {
        if (event.type === 'run' && event.progress.kind === 'embed') this.wake();
      }),
    );
    this.#ended ??= this.#follow();
  }

  /** Photos, models or settings may be others. */
  wake(): void {
    this.#hasNews = true;
    this.#news.notify();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stopListening) stop();
    this.#closing.abort();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      this.#hasNews = false;
      try {
        await this.#step(signal);
        await delay(pauseMs, undefined, { signal });
        if (!this.#hasNews) await this.#news.wait(signal);
      } catch {
        // The queue and the page report a catalog that cannot be read or written; the next change is another try.
        if (!signal.aborted) await this.#news.wait(signal).catch(() => undefined);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    const { catalog, queue, scorer, isDemo, isBusy } = this.#parts;
    const model = await scorer();
    // What a model that knows only the demo photos makes of others leads nobody to them.
    const isMeant = model !== undefined && (!model.bundled || isDemo());
    const automatic = isMeant && catalog.settings.get('indexInBackground');
    const identity = model && plainIdentity(model);
    await this.#cancelOthers(automatic ? identity : undefined);
    if (identity === undefined) return this.#set(undefined);
    const wantsIds = automatic && !isBusy();
    const args = { modelKey: embeddingKey(identity.model), identityHash: runIdentityHash(identity), wantsIds };
    const { indexed, left, photoIds } = await catalog.reader.read('unindexedPhotos', args, signal);
    this.#set(isMeant || indexed > 0 ? { indexed, left, automatic } : undefined);
    if (photoIds.length === 0 || isBusy()) return;
    const work = { kind: 'embed', description: { kind: 'embed', automatic: true }, identity, photoIds } as const;
    await queue.add({ ...work, priority: backgroundPriority, runId: catalog.runs.lastAutomatic(identity)?.id }, signal);
  }

  /** What was begun with another model, or before it was switched off. */
  async #cancelOthers(identity: RunIdentity | undefined): Promise<void> {
    const { catalog, queue } = this.#parts;
    for (const run of catalog.runs.open()) {
      if (isAutomatic(run) && !isSameIdentity(run.identity, identity)) await queue.cancelRun(run.id);
    }
  }

  #set(state: IndexingState | undefined): void {
    this.#state = state;
    this.#parts.onChange();
  }
}

function isSameIdentity(one: RunIdentity | undefined, other: RunIdentity | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return runIdentityHash(one).equals(runIdentityHash(other));
}
