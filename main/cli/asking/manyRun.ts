/** @file One call of `vignette ask` about many photos once everything is found and opened: which answers are due, what became of each. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import { itemKey, OrderedWork } from '../../library/captioning/orderedWork.ts';
import type { RunItem } from '../../library/catalog/runs/orderedRuns.ts';
import { identityWith } from '../../library/catalog/runs/questionTerms.ts';
import type { Question, StoredAnswer } from '../../library/catalog/texts/answers.ts';
import type { RunIdentity } from '../../library/catalog/texts/provenance.ts';
import type { Library } from '../../library/openLibrary.ts';
import type { NewWork, OwnSettings } from '../../library/queue/queue.ts';
import { inOrder } from '../named/inOrder.ts';
import type { CataloguedPhoto } from '../named/namedPhotos.ts';
import { WorkReport } from '../named/workReport.ts';
import type { Terminal } from '../terminal.ts';
import type { AnswerOutput } from './answerOutput.ts';

export interface ManyRunParts {
  readonly library: Pick<Library, 'catalog' | 'queue'>;
  /** The runs that the queue processes. */
  readonly ownRuns: Set<number>;
  readonly identity: RunIdentity;
  readonly ownSettings: NewWork['ownSettings'];
  readonly questions: readonly Question[];
  /** Also what was answered on these terms. */
  readonly again: boolean;
  readonly photos: readonly CataloguedPhoto[];
  readonly output: AnswerOutput;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

export class ManyRun {
  /** Photos of which every question is answered, by this call. */
  answered = 0;
  /** By earlier calls. */
  resumed = 0;
  readonly report: WorkReport;
  readonly #parts: ManyRunParts;
  /** Photos that failed: each is named once, however many questions there were. */
  readonly #failed = new Set<number>();
  readonly #identities = new Map<OwnSettings, RunIdentity>();

  constructor(parts: ManyRunParts) {
    const { terminal, nowMs, photos, output } = parts;
    this.#parts = parts;
    this.report = new WorkReport({ terminal, nowMs, total: photos.length, onFailure: (one) => output.fail(one) });
  }

  /** Throws the signal's reason when interrupted. Either way, `finish` of the output is for the caller to call. */
  async askAll(): Promise<void> {
    const { library, ownRuns, identity, ownSettings, questions, again, photos, signal } = this.#parts;
    const { catalog, queue } = library;
    const items = await this.#deliverEarlier();
    const left = Map.groupBy(items, ({ photoId }) => photoId);
    this.report.begin(left.size);
    if (items.length === 0) return;
    const byId = new Map(photos.map((photo) => [photo.id, photo]));
    const work = new OrderedWork<StoredAnswer>(
      { catalog, queue, ownRuns },
      {
        ...{ kind: 'ask', description: this.#description(), identity, ownSettings, questions, items, again },
        results: {
          equal: (item) => this.#earlier(item),
          ofRun: ({ photoId, questionId = 0 }, runId) => catalog.answerRuns.answerOfRun(photoId, questionId, runId),
        },
      },
    );
    for await (const outcome of inOrder(items.map(itemKey), work.outcomes(signal), ({ item }) => itemKey(item))) {
      const { photoId } = outcome.item;
      const photo = byId.get(photoId);
      if (photo === undefined) continue;
      if ('result' in outcome) {
        await this.report.warn(outcome.result.warnings);
        await this.#parts.output.deliver(photo, outcome.result);
      } else if ('problem' in outcome && !this.#failed.has(photoId)) {
        this.#failed.add(photoId);
        await this.report.fail(photo, outcome.problem);
      }
      const open = (left.get(photoId) ?? []).filter((item) => itemKey(item) !== itemKey(outcome.item));
      left.set(photoId, open);
      if (open.length > 0) continue;
      left.delete(photoId);
      if (!this.#failed.has(photoId)) this.answered += 1;
      const [next = photoId] = left.keys();
      await this.report.handled((byId.get(work.current?.photoId ?? next) ?? photo).shownAs);
    }
  }

  /** Returns what is due: every question of a photo that has no answer on these terms. */
  async #deliverEarlier(): Promise<RunItem[]> {
    const { photos, questions, again, output, signal } = this.#parts;
    const due: RunItem[] = [];
    for (const photo of photos) {
      signal.throwIfAborted();
      const before = due.length;
      for (const { id: questionId } of questions) {
        const item = { photoId: photo.id, questionId };
        const earlier = again ? undefined : this.#earlier(item);
        if (earlier === undefined) due.push(item);
        else await output.deliver(photo, earlier);
      }
      if (due.length === before) this.resumed += 1;
    }
    return due;
  }

  #earlier({ photoId, questionId = 0 }: RunItem): StoredAnswer | undefined {
    const { library, questions, identity, ownSettings } = this.#parts;
    const own = ownSettings?.find(({ question }) => question === questions.find(({ id }) => id === questionId)?.text);
    const terms = own === undefined ? identity : this.#identityOf(own);
    return library.catalog.answerRuns.equalAnswer(photoId, questionId, terms);
  }

  /** The same object each time: its hash is kept with it. */
  #identityOf(own: OwnSettings): RunIdentity {
    const known = this.#identities.get(own) ?? identityWith(this.#parts.identity, own.settings);
    this.#identities.set(own, known);
    return known;
  }

  #description(): RunDescription {
    const [first, ...others] = this.#parts.questions;
    return { kind: 'ask', question: first?.text ?? '', more: others.length };
  }
}
