/** @file One call of `vignette caption` once everything is found and opened: which photos are due, what became of each. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { TextKind } from '../../../schemas/text.ts';
import { OrderedWork } from '../../library/captioning/orderedWork.ts';
import { photoHash } from '../../library/captioning/photoHash.ts';
import { TopResults } from '../../library/catalog/jobs/topResults.ts';
import type { StoredCaption } from '../../library/catalog/texts/captions.ts';
import type { Caption, RunIdentity } from '../../library/catalog/texts/provenance.ts';
import type { Library } from '../../library/openLibrary.ts';
import { inOrder } from '../named/inOrder.ts';
import type { CataloguedPhoto } from '../named/namedPhotos.ts';
import { WorkReport } from '../named/workReport.ts';
import type { Terminal } from '../terminal.ts';
import type { CaptionOutput } from './captionOutput.ts';

export interface CaptionRunParts {
  readonly library: Pick<Library, 'catalog' | 'queue'>;
  /** The runs that the queue processes. */
  readonly ownRuns: Set<number>;
  readonly description: RunDescription;
  readonly identity: RunIdentity;
  /** Also photos that have a caption on these terms. */
  readonly again: boolean;
  readonly photos: readonly CataloguedPhoto[];
  /** As `NewWork` has them. */
  readonly tops: ReadonlyMap<number, number> | undefined;
  readonly output: CaptionOutput;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** The format has a place for the hash of each photo's bytes. */
  readonly hashesPhotos: boolean;
}

export class CaptionRun {
  readonly writes: TextKind;
  /** Photos that got their text, of whatever kind. */
  captioned = 0;
  /** Those of them that got the text of another photo of their stack. */
  copied = 0;
  /** Captioned by an earlier call. */
  resumed = 0;
  /** Captions, of either, that the filter does not believe. */
  doubtful = 0;
  /** Had text that no model wrote. */
  kept = 0;
  readonly report: WorkReport;
  readonly #parts: CaptionRunParts;

  constructor(parts: CaptionRunParts) {
    const { terminal, nowMs, photos, output, identity } = parts;
    this.#parts = parts;
    this.writes = identity.textKind ?? 'caption';
    this.report = new WorkReport({
      terminal,
      nowMs,
      total: photos.length,
      onFailure: (failure) => output.fail(failure),
    });
  }

  get failures() {
    return this.report.failures;
  }

  /** Throws the signal's reason when interrupted. Either way, `finish` of the output is for the caller to call. */
  async captionAll(): Promise<void> {
    const { library, ownRuns, description, identity, tops, again, signal } = this.#parts;
    const due = await this.#deliverEarlier();
    this.report.begin(due.length);
    if (due.length === 0) return;
    const { catalog, queue } = library;
    const waiting = new Map(due.map((photo) => [photo.id, photo]));
    const photoIds = [...waiting.keys()];
    const stacks = new TopResults(catalog.connection);
    const work = new OrderedWork<StoredCaption>(
      { catalog, queue, ownRuns },
      {
        ...{ kind: 'caption', description, identity, tops, again },
        items: photoIds.map((photoId) => ({ photoId })),
        results: {
          equal: ({ photoId }) => catalog.captionRuns.equalCaption(photoId, identity),
          ofRun: ({ photoId }, runId) => catalog.captionRuns.captionOfRun(photoId, runId),
          isOfPerson: ({ photoId }) => stacks.hasPersonsText(photoId, this.writes),
        },
      },
    );
    for await (const outcome of inOrder(photoIds, work.outcomes(signal), ({ item }) => item.photoId)) {
      const { photoId } = outcome.item;
      const photo = waiting.get(photoId);
      waiting.delete(photoId);
      if (photo === undefined) continue;
      if ('problem' in outcome) {
        await this.report.fail(photo, outcome.problem);
      } else if ('kept' in outcome) {
        this.kept += 1;
      } else {
        await this.#add(photo, outcome.result);
      }
      const [next] = waiting.values();
      await this.report.handled((waiting.get(work.current?.photoId ?? 0) ?? next ?? photo).shownAs);
    }
  }

  /** Returns the photos that are due: without a caption on these terms, and without anybody else's text. */
  async #deliverEarlier(): Promise<CataloguedPhoto[]> {
    const { photos, library, identity, again, signal } = this.#parts;
    const due: CataloguedPhoto[] = [];
    for (const photo of photos) {
      signal.throwIfAborted();
      const earlier = again ? undefined : library.catalog.captionRuns.equalCaption(photo.id, identity);
      if (earlier !== undefined) {
        await this.#deliver(photo, earlier, () => {
          this.resumed += 1;
        });
      } else if (!(await this.#isSettled(photo))) {
        due.push(photo);
      }
    }
    return due;
  }

  /** True when there is nothing to ask the model: text is there already, or its place cannot be used. */
  async #isSettled(photo: CataloguedPhoto): Promise<boolean> {
    try {
      if (await this.#parts.output.holdsForeignText(photo)) {
        this.kept += 1;
        return true;
      }
      return false;
    } catch (error) {
      await this.report.failOrThrow(photo, error);
      return true;
    }
  }

  async #add(photo: CataloguedPhoto, caption: StoredCaption): Promise<void> {
    await this.report.warn(caption.warnings);
    await this.#deliver(photo, caption, () => {
      this.captioned += 1;
      if (caption.copiedFromId !== undefined) this.copied += 1;
    });
  }

  async #deliver(photo: CataloguedPhoto, stored: StoredCaption, onDelivered: () => void): Promise<void> {
    try {
      const caption = await this.#withHash(photo, this.#captionOf(stored));
      if (await this.#parts.output.deliver(photo, caption)) {
        onDelivered();
        if (caption.captionScore?.doubtful === true) this.doubtful += 1;
      } else {
        this.kept += 1;
      }
    } catch (error) {
      await this.report.failOrThrow(photo, error);
    }
  }

  /** As the formats take it. Of a picture that no model saw, the size is the photo's own. */
  #captionOf(stored: StoredCaption): Caption {
    const { text, createdAtMs, prompt, warnings, itm, doubtful, candidates, copiedFromId } = stored;
    const { width = null, height = null } =
      stored.size ?? this.#parts.library.catalog.photos.find(stored.photoId)?.details ?? {};
    return {
      ...{ text, width, height },
      atMs: createdAtMs,
      ...(prompt === undefined ? {} : { prompt }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(itm === undefined || doubtful === undefined ? {} : { captionScore: { itm, doubtful, candidates } }),
      ...(copiedFromId === undefined ? {} : { copiedFrom: this.#named(copiedFromId) }),
    };
  }

  /** As the person named it, or where it is; null of one that is not in the library. */
  #named(photoId: number): Caption['copiedFrom'] {
    const { photos, library } = this.#parts;
    const photo = photos.find(({ id }) => id === photoId);
    if (photo !== undefined) return { file: photo.relativePath, shownAs: photo.shownAs };
    const path = library.catalog.photos.find(photoId)?.path;
    return path === undefined ? null : { file: path, shownAs: path };
  }

  async #withHash(photo: CataloguedPhoto, caption: Caption): Promise<Caption> {
    const { hashesPhotos, library, signal } = this.#parts;
    if (!hashesPhotos) return caption;
    return { ...caption, contentSha256: await photoHash(library.catalog, photo.id, signal) };
  }
}
