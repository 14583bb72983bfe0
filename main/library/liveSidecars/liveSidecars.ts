/**
 * @file Keeps the XMP sidecars of folders in step with the catalog while the library is open: what changes here is written
 * there within seconds, and what other programs change there comes here as a run. Main process and server.
 */
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExportFilter } from '../../../schemas/exports.ts';
import { type TextKind, textKindSchema } from '../../../schemas/text.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { LiveSidecarState } from '../catalog/exports/liveSidecars.ts';
import type { SidecarState } from '../catalog/photos/sidecars.ts';
import { bulkEdit } from '../catalog/runs/bulkEdit.ts';
import { withReason } from '../files/fileSystemError.ts';
import { LeftoverRemoval } from '../files/leftovers.ts';
import { someAtOnce } from '../files/someAtOnce.ts';
import { captionsOnly } from '../interchange/captionDocument.ts';
import { exportReads } from '../interchange/exportReads.ts';
import { writtenTags } from '../interchange/keywordLists.ts';
import { type IsOwnText, type SidecarFile, type SidecarText, sidecarRefusal } from '../interchange/sidecars.ts';
import {
  marksAfterWriting,
  marksIn,
  noXmpMarks,
  overruledMarks,
  writtenMarks,
  type XmpMarkKind,
  type XmpMarks,
} from '../interchange/xmpMarks.ts';
import { ofEachKind, writtenText, type XmpText, xmpText } from '../interchange/xmpMerge.ts';
import { XmpSidecars, xmpsAtOnce } from '../interchange/xmpSidecar.ts';
import {
  afterTakingIn,
  afterWriting,
  type CatalogContent,
  contentOf,
  type LiveBase,
  type LivePlan,
  planLiveSidecar,
} from './planLiveSidecar.ts';

export interface LiveSidecarsOptions {
  readonly catalog: Catalog;
  readonly temporaryFolder: string;
  /** So long nothing may change before something is written, so that a run's captions are written together. */
  readonly quietMs: number;
  /** What went wrong with a photo's sidecar, or with all of them. */
  readonly onFailure: (error: unknown) => void;
}

/** Of a run that writes a caption every second, some are written meanwhile. */
const maxPhotosAtOnce = 200;

const filter: ExportFilter = {
  included: { ...captionsOnly, altText: true, longDescription: true, tags: true, marks: true },
  humanOnly: false,
  withoutDoubtful: false,
};

/** Where a photo stands before anything is done. */
interface Standing {
  readonly sidecar: SidecarFile;
  /** As it was read; undefined where there is none. */
  readonly there: XmpText | undefined;
  /** What the catalog knew of the photo's sidecars before that: what becomes of it later is looked at once more. */
  readonly known: readonly SidecarState[];
  readonly wanted: SidecarText;
  readonly base: LiveBase;
  readonly plan: LivePlan;
  /** Of the person's, those that give way to what another program set. */
  readonly overruled: readonly XmpMarkKind[];
  /** What stood in the sidecar when both were last in step. */
  readonly marksBefore: XmpMarks;
}

function seenOf(wanted: SidecarText | null | undefined, known: readonly SidecarState[]): string {
  return JSON.stringify([wanted, known]);
}

/** Works from `start` until it is disposed of. */
export class LiveSidecars implements AsyncDisposable {
  readonly #options: LiveSidecarsOptions;
  readonly #closing = new AbortController();
  readonly #due = new Set<number>();
  readonly #leftovers = new LeftoverRemoval();
  #working: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #changedAtMs = 0;
  /** Those that are kept in step, as far as they can be reached. */
  #folders = '';

  constructor(options: LiveSidecarsOptions) {
    this.#options = options;
  }

  /** All photos are looked at once: something may have changed while the library was closed. */
  start(): void {
    this.#stopListening = this.#options.catalog.connection.onChange(({ photoIds, foldersChanged }) => {
      if (foldersChanged) this.#foldersChanged();
      if (photoIds.size > 0) this.#add([...photoIds]);
    });
    this.#foldersChanged();
  }

  #foldersChanged(): void {
    const { liveSidecars, roots } = this.#options.catalog;
    const states = new Map(roots.list().map(({ id, state, watched }) => [id, `${state} ${watched}`]));
    const folders = liveSidecars.folders().map(({ id, rootId }) => `${id} ${states.get(rootId)}`);
    if (folders.join() === this.#folders) return;
    this.#folders = folders.join();
    this.#addAll();
  }

  #addAll(): void {
    const { liveSidecars } = this.#options.catalog;
    for (let afterId = 0; ; ) {
      const page = liveSidecars.after(afterId, 1000);
      const last = page.at(-1);
      if (last === undefined) return;
      afterId = last;
      this.#add(page);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening?.();
    this.#closing.abort();
    await this.#working;
  }

  #add(photoIds: readonly number[]): void {
    if (this.#folders === '' || this.#closing.signal.aborted) return;
    const live = this.#options.catalog.liveSidecars.among(photoIds);
    if (live.length === 0) return;
    for (const id of live) this.#due.add(id);
    this.#changedAtMs = Date.now();
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    const { quietMs, onFailure } = this.#options;
    const { signal } = this.#closing;
    while (this.#due.size > 0 && !signal.aborted) {
      const restMs = this.#changedAtMs + quietMs - Date.now();
      if (restMs > 0 && this.#due.size < maxPhotosAtOnce) {
        await wait(restMs, undefined, { signal }).catch(() => undefined);
        continue;
      }
      const some = [...this.#due].slice(0, maxPhotosAtOnce);
      for (const id of some) this.#due.delete(id);
      try {
        await this.#sync(some);
      } catch (error) {
        if (!signal.aborted) onFailure(error);
      }
    }
  }

  async #sync(photoIds: readonly number[]): Promise<void> {
    const { catalog, temporaryFolder, onFailure } = this.#options;
    const { signal } = this.#closing;
    const before = await this.#textsOf(photoIds);
    const changed = photoIds.filter(
      (id, index) =>
        before[index] !== null && seenOf(before[index], catalog.sidecars.of(id)) !== catalog.liveSidecars.of(id)?.seen,
    );
    if (changed.length === 0) return;
    await using xmp = await XmpSidecars.start(temporaryFolder, catalog.writtenXmp);
    const standings = new Map<number, Standing>();
    await someAtOnce(changed, xmpsAtOnce, async (id) => {
      signal.throwIfAborted();
      const wanted = before[photoIds.indexOf(id)] ?? {};
      const standing = await this.#standing(xmp, id, wanted).catch((error: unknown) => onFailure(error));
      if (standing != null) standings.set(id, standing);
    });
    await this.#takeIn(standings);
    const ids = [...standings.keys()];
    const after = await this.#textsOf(ids);
    await someAtOnce(ids, xmpsAtOnce, async (id, index) => {
      signal.throwIfAborted();
      const standing = standings.get(id);
      const wanted = after[index];
      if (standing === undefined || wanted == null) return;
      await this.#write(xmp, { ...standing, wanted }).catch((error: unknown) => onFailure(error));
    });
  }

  /** Of a photo whose sidecar is kept in step; undefined of one that left the library or such folders meanwhile. */
  #placeOf(photoId: number): string | undefined {
    const { liveSidecars, photos } = this.#options.catalog;
    return liveSidecars.among([photoId]).length === 0 ? undefined : photos.photoFile(photoId);
  }

  async #standing(xmp: XmpSidecars, photoId: number, wanted: SidecarText): Promise<Standing | undefined> {
    const { catalog } = this.#options;
    const photo = this.#placeOf(photoId);
    if (photo === undefined) return undefined;
    const sidecar = { photoId, photo, file: `${photo}.xmp`, folder: undefined };
    const knownBefore = catalog.sidecars.of(photoId);
    const found = await withReason(() => xmp.read(sidecar), sidecarRefusal(sidecar.file));
    const known: Omit<LiveSidecarState, 'seen'> = catalog.liveSidecars.of(photoId) ?? {
      texts: ofEachKind((kind) => writtenText(found?.written, kind)),
      tags: writtenTags(found?.written?.values, 'XMP-digiKam:TagsList'),
      contested: ofEachKind(() => null),
      marks: found && writtenMarks(found),
    };
    const there = found === undefined ? undefined : contentOf(found.text);
    const base = afterWriting(known, there);
    const plan = planLiveSidecar(there, this.#content(photoId, wanted), base);
    const marksThere = found?.text.marks ?? noXmpMarks;
    const marksBefore = marksAfterWriting(known.marks ?? marksThere, marksThere, known.writing?.marks);
    const overruled = found === undefined ? [] : overruledMarks(marksThere, wanted.marks ?? noXmpMarks, marksBefore);
    return { sidecar, there: found?.text, known: knownBefore, wanted, base, plan, marksBefore, overruled };
  }

  #content(photoId: number, wanted: SidecarText): CatalogContent {
    const texts = ofEachKind((kind) => {
      const text = wanted[kind] ?? null;
      return text === null ? null : xmpText(text);
    });
    const isHuman = ofEachKind((kind) => {
      const [shown] = this.#options.catalog.captions.of(photoId, kind);
      return shown?.source === 'human' || shown?.approval !== undefined;
    });
    return { texts, tags: (wanted.tags ?? []).map(xmpText), isHuman };
  }

  /** One run for what other programs changed; undone, it stays undone until they change it again. */
  async #takeIn(standings: ReadonlyMap<number, Standing>): Promise<void> {
    const { catalog } = this.#options;
    const taking = [...standings].filter(
      ([, { plan, overruled }]) =>
        overruled.length > 0 ||
        Object.values(plan.texts).some(({ taken }) => taken !== undefined) ||
        plan.takenTags.length > 0 ||
        plan.removedTags.length > 0,
    );
    if (taking.length === 0) return;
    const change = (photoId: number, runId: number) => {
      const standing = standings.get(photoId);
      if (standing === undefined) return;
      const { plan } = standing;
      this.#overrule(photoId, runId, standing.overruled);
      for (const kind of textKindSchema.options) {
        const { taken: text } = plan.texts[kind];
        if (text !== undefined) this.#takeText(photoId, runId, kind, text);
      }
      for (const tag of plan.takenTags) catalog.tags.add(photoId, runId, { path: tag, source: 'import' });
      const removed = new Set(plan.removedTags);
      for (const tag of catalog.tags.of(photoId))
        if (removed.has(xmpText(tag.path))) catalog.tags.remove(tag.id, runId);
    };
    const photoIds = taking.map(([id]) => id);
    await bulkEdit(catalog, { kind: 'import', description: { kind: 'sidecarChanges' }, photoIds, change });
  }

  /** In the place of the same text, which was written there before. */
  #takeText(photoId: number, runId: number, kind: TextKind, text: string): void {
    const { captions } = this.#options.catalog;
    for (const before of captions.of(photoId, kind)) {
      if (before.source === 'import' && xmpText(before.text) === text) captions.remove(before.id, runId);
    }
    captions.add(photoId, runId, { kind, text, source: 'import' });
  }

  /** What the file says counts again, as soon as it is read. */
  #overrule(photoId: number, runId: number, kinds: readonly XmpMarkKind[]): void {
    const { marks } = this.#options.catalog;
    const isRejected = marks.of(photoId).some(({ mark }) => mark.value === 'reject');
    for (const kind of kinds) marks.remove(photoId, runId, kind);
    if (kinds.includes('rating') && isRejected) marks.remove(photoId, runId, 'flag');
  }

  async #write(xmp: XmpSidecars, standing: Standing): Promise<void> {
    const { sidecar, wanted, base, plan, marksBefore } = standing;
    const { catalog } = this.#options;
    const { photoId, photo, file } = sidecar;
    // One that was moved meanwhile is due once more; beside where it was, another one may lie now.
    const isStillThere = () => this.#placeOf(photoId) === photo;
    if (!isStillThere()) return;
    const isOwn: IsOwnText = (text, form, isWritten, kind = 'caption') =>
      isWritten ||
      catalog.captionRuns.isModelText(photoId, text, form, kind) ||
      (plan.texts[kind].mayReplace && form(text) === form(base.texts[kind] ?? ''));
    const here = this.#content(photoId, wanted);
    catalog.liveSidecars.set(photoId, {
      ...afterTakingIn(base, plan),
      seen: '',
      marks: marksBefore,
      writing: { texts: here.texts, tags: here.tags, marks: marksIn(wanted.marks) },
    });
    const updated = await withReason(async () => {
      await this.#leftovers.in(path.dirname(file));
      return await xmp.update({ ...sidecar, isStillThere }, { ...wanted, areTagsAll: true }, isOwn, standing.there);
    }, sidecarRefusal(file));
    if (!isStillThere()) return;
    if (updated === undefined) {
      this.#add([photoId]);
      return;
    }
    const { text } = updated;
    const there = text === undefined ? { texts: ofEachKind(() => null), tags: [] } : contentOf(text);
    const contested = ofEachKind((kind) => {
      const [textThere, textHere] = [there.texts[kind], here.texts[kind]];
      // Somebody else's text that stayed: it gives way to the person only when they write once more.
      const stays = textThere !== null && here.isHuman[kind] && textThere !== textHere;
      return stays ? textHere : plan.texts[kind].contested;
    });
    const seen = seenOf(wanted, standing.known);
    catalog.liveSidecars.set(photoId, { ...there, contested, marks: text?.marks ?? noXmpMarks, seen });
  }

  async #textsOf(photoIds: readonly number[]): Promise<(SidecarText | null)[]> {
    const { reader } = this.#options.catalog;
    return await reader.read(exportReads.sidecarTexts, { photoIds, filter }, this.#closing.signal);
  }
}
