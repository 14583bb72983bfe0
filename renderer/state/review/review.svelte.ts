/** @file The review: photos whose captions, or other texts, a person decides on, one after the other, the least sure first. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { PhotoDetails, StoredCaption } from '../../../preload/contract/photos.ts';
import type { Disagreement, OtherKind } from '../../../preload/contract/review.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { Client } from '../connection.ts';
import type { KeptText } from '../keptText.ts';
import { textsOfKind } from '../photo/textsOfKind.ts';
import { decodeIds } from '../photoIds.ts';
import { problemOf } from '../problems.ts';
import { Refresher } from '../refresher.ts';
import type { ReviewQueue } from '../route.ts';
import { pairOf, type ReviewCandidate, reviewCandidates } from './candidates.ts';
import { type Decision, type Decisions, keepDecisions, keptDecisions, reviewOrder, undonePhotos } from './decisions.ts';

const queries = { doubtful: 'doubtful:yes OR stale:yes', unreviewed: 'source:model approved:no' } as const;

/** The same words again would be doubted again: the best of so many is shown. */
const candidatesOfDoubted = 4;

export interface ReviewClient {
  readonly photos: Pick<Client['photos'], 'list' | 'details' | 'writeCaption'>;
  readonly runs: Pick<Client['runs'], 'caption' | 'get'>;
  readonly review: Pick<Client['review'], 'reject' | 'disagreements' | 'counts' | 'unreviewed'>;
}

export interface ReviewOptions {
  readonly client: ReviewClient;
  readonly queue: ReviewQueue;
  /** Where its decisions are kept. */
  readonly storage: KeptText;
  readonly nowMs?: () => number;
}

export class ReviewState {
  readonly queue: ReviewQueue;
  readonly #client: ReviewClient;
  readonly #storage: KeptText;
  readonly #nowMs: () => number;
  #ids = $state.raw<readonly number[] | undefined>(undefined);
  #index = $state(0);
  #photo = $state.raw<PhotoDetails | undefined>(undefined);
  #candidateIndex = $state(0);
  #decisions = $state.raw<Decisions>(new Map());
  /** Of the queue of disagreements: the captions that are compared, by photo. */
  #pairs = $state.raw<ReadonlyMap<number, Disagreement['captionIds']>>(new Map());
  /** When the photo at hand was asked to be captioned again. */
  #askedAgainAtMs = $state<number | undefined>(undefined);
  /** Undefined until they are known. */
  #counts = $state.raw<Readonly<Record<OtherKind, number>> | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  #busy = $state(false);
  /** What was decided here, by photo: undoing the run undoes the decision. */
  readonly #decidedBy = new Map<number, number>();
  /** Read ahead, so that the next photo is there at once. */
  #ahead: { readonly id: number; readonly details: Promise<PhotoDetails | undefined> } | undefined;

  /** At the end, what is undone, or comes to be due, follows. */
  readonly #refresher = new Refresher(async () => {
    if (this.isDone) await this.start();
  });

  readonly currentId: number | undefined = $derived(this.#ids?.[this.#index]);
  /** The two captions that disagree; undefined elsewhere, and where one of them is gone. */
  readonly pair: readonly [ReviewCandidate, ReviewCandidate] | undefined = $derived(
    this.#photo === undefined ? undefined : pairOf(this.#photo, this.#pairs.get(this.#photo.id)),
  );
  /** The texts of the photo at hand that are of the kind, the one that it shows first. */
  readonly texts: readonly StoredCaption[] = $derived(
    this.#photo === undefined ? [] : textsOfKind(this.#photo, this.kind),
  );
  readonly candidates: readonly ReviewCandidate[] = $derived(
    this.pair ?? reviewCandidates(this.texts, this.#askedAgainAtMs),
  );
  readonly candidate: ReviewCandidate | undefined = $derived(
    this.candidates[this.#candidateIndex % Math.max(1, this.candidates.length)],
  );
  /** There is a caption that was written since the photo was captioned again. */
  readonly hasNewCaption: boolean = $derived(
    this.texts.some(({ createdAtMs }) => createdAtMs >= (this.#askedAgainAtMs ?? Number.POSITIVE_INFINITY)),
  );
  readonly waitsForCaption: boolean = $derived(this.#askedAgainAtMs !== undefined && !this.hasNewCaption);
  readonly accepted: readonly number[] = $derived(this.#decided('accepted'));
  readonly rejected: readonly number[] = $derived(this.#decided('rejected'));
  readonly skipped: readonly number[] = $derived(this.#decided('skipped'));
  /** A person's text, and another program's, is none that a model's would be rejected as. */
  readonly canReject: boolean = $derived(this.candidate?.caption.source === 'model');

  constructor({ client, queue, storage, nowMs = Date.now }: ReviewOptions) {
    this.#client = client;
    this.queue = queue;
    this.#storage = storage;
    this.#nowMs = nowMs;
  }

  /** Of the texts that are reviewed. */
  get kind(): TextKind {
    return this.queue === 'altText' || this.queue === 'longDescription' ? this.queue : 'caption';
  }

  /** Undefined until they were found. */
  get ids(): readonly number[] | undefined {
    return this.#ids;
  }

  get index(): number {
    return this.#index;
  }

  /** Texts of the other kinds that nobody has reviewed. */
  get counts(): Readonly<Record<OtherKind, number>> | undefined {
    return this.#counts;
  }

  get photo(): PhotoDetails | undefined {
    return this.#photo;
  }

  /** Keys come faster than photos: until the one at hand is there, the one before it is shown, and nothing is done to either. */
  get isShown(): boolean {
    return this.currentId !== undefined && this.#photo?.id === this.currentId;
  }

  get candidateIndex(): number {
    return this.candidates.length === 0 ? 0 : this.#candidateIndex % this.candidates.length;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  get isDone(): boolean {
    return this.#ids !== undefined && this.#index >= this.#ids.length;
  }

  /** Accepted, rejected and skipped. */
  get done(): number {
    return this.#decisions.size;
  }

  /**
   * Finds what there is to review, and goes on after what was decided in this session.
   * @param anew as if nothing had been: what was skipped comes again
   */
  async start({ anew = false } = {}): Promise<void> {
    this.#problem = undefined;
    try {
      const due = await this.#due();
      const before = this.#ids === undefined ? keptDecisions(this.#storage, this.queue) : this.#decisions;
      const { decided, ids } = reviewOrder(anew ? new Map() : before, due);
      this.#ids = ids;
      this.#keep(decided);
      await this.#goTo(decided.size);
      // Nobody waits for them.
      this.#counts = await this.#client.review.counts();
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }

  async #due(): Promise<readonly number[]> {
    if (this.queue === 'disagreements') {
      const found = await this.#client.review.disagreements();
      this.#pairs = new Map(found.map(({ photoId, captionIds }) => [photoId, captionIds]));
      return found.map(({ photoId }) => photoId);
    }
    if (this.queue === 'altText' || this.queue === 'longDescription') {
      return (await this.#client.review.unreviewed({ kind: this.queue, isCurrent: false })).photoIds;
    }
    const list = await this.#client.photos.list({ query: queries[this.queue], order: 'itm', descending: false });
    return [...decodeIds(list.ids)];
  }

  /** The caption is approved, or, with other words, becomes the person's own. Returns the run that wrote it, for undoing; undefined when it failed. */
  async accept(text?: string, candidate = this.candidate): Promise<number | undefined> {
    const { currentId } = this;
    const wanted = (text ?? candidate?.text ?? '').trim();
    if (currentId === undefined || !this.isShown || wanted === '' || this.#busy) return undefined;
    return await this.#decide('accepted', async () => {
      const { runId } = await this.#client.photos.writeCaption({
        photoId: currentId,
        text: wanted,
        kind: this.kind,
        ...(candidate !== undefined && { basedOnId: candidate.caption.id }),
      });
      return runId;
    });
  }

  /**
   * The caption at hand is shown no more, or neither of the two that disagree. Returns the run, for undoing; undefined
   * when it failed, and of a text that no model wrote.
   */
  async reject(): Promise<number | undefined> {
    const { candidate, pair, currentId } = this;
    if (currentId === undefined || !this.isShown || !this.canReject || candidate === undefined || this.#busy)
      return undefined;
    const captionIds = (pair ?? [candidate]).map(({ caption }) => caption.id);
    return await this.#decide(
      'rejected',
      async () => (await this.#client.review.reject({ captionIds })).runId ?? undefined,
    );
  }

  /** Photos that were accepted all at once, by a run; what is left follows. */
  async acceptedMany(photoIds: readonly number[], runId: number): Promise<void> {
    const accepted = new Set(photoIds);
    const decided = new Map(this.#decisions);
    for (const id of this.#ids ?? []) {
      if (!accepted.has(id)) continue;
      decided.set(id, 'accepted');
      this.#decidedBy.set(id, runId);
    }
    this.#keep(decided);
    await this.start();
  }

  async skip(): Promise<void> {
    const { currentId } = this;
    if (currentId === undefined || this.#busy) return;
    if (!this.#decisions.has(currentId)) this.#keep(new Map(this.#decisions).set(currentId, 'skipped'));
    await this.#goOn();
  }

  async back(): Promise<void> {
    if (this.#index > 0 && !this.#busy) await this.#goTo(this.#index - 1);
  }

  nextCandidate(): void {
    if (this.candidates.length > 0) this.#candidateIndex = (this.candidateIndex + 1) % this.candidates.length;
  }

  /** Puts the photo into the queue; its new caption comes with `photosChanged`. */
  async captionAgain(): Promise<void> {
    const { currentId } = this;
    if (currentId === undefined || !this.isShown || this.waitsForCaption) return;
    this.#problem = undefined;
    this.#askedAgainAtMs = this.#nowMs();
    try {
      const candidates = this.kind === 'caption' && this.#photo?.caption?.doubtful === true ? candidatesOfDoubted : 1;
      const selection = { photoIds: [currentId] };
      await this.#client.runs.caption({ selection, writes: this.kind, again: true, candidates });
    } catch (error) {
      this.#askedAgainAtMs = undefined;
      this.#problem = problemOf(error);
    }
  }

  /**
   * A photo whose decision was undone is gone back to, and decided anew; many are due again.
   * @param ids empty: too many to name
   * @param staysHere something is being written, which would be lost
   */
  async photosChanged(ids: readonly number[], staysHere = false): Promise<void> {
    const { currentId } = this;
    this.#ahead = undefined;
    const undone = this.isDone ? [] : await this.#forgetUndone(ids);
    if (undone.length > 1 && !staysHere && !this.#busy) return await this.start();
    const index = staysHere ? -1 : (this.#ids ?? []).indexOf(undone[0] ?? -1);
    if (index >= 0 && !this.#busy) return await this.#goTo(index);
    if (currentId !== undefined && (ids.length === 0 || ids.includes(currentId))) await this.#load(currentId);
    if (this.isDone) this.#refresher.soon();
  }

  /** @param ids as above */
  async #forgetUndone(ids: readonly number[]): Promise<readonly number[]> {
    const undone = await undonePhotos(this.#decidedBy, ids, this.#client.runs);
    if (undone.length === 0) return undone;
    const left = new Map(this.#decisions);
    for (const id of undone) {
      this.#decidedBy.delete(id);
      left.delete(id);
    }
    this.#keep(left);
    return undone;
  }

  /** One at a time; then the next photo. */
  async #decide(decision: Decision, work: () => Promise<number | undefined>): Promise<number | undefined> {
    const { currentId } = this;
    if (currentId === undefined) return undefined;
    this.#busy = true;
    try {
      const runId = await work();
      if (runId !== undefined) this.#decidedBy.set(currentId, runId);
      this.#keep(new Map(this.#decisions).set(currentId, decision));
      await this.#goOn();
      return runId;
    } catch (error) {
      this.#problem = problemOf(error);
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  /** At the end, too, what was undone meanwhile, or came to be due, follows. */
  async #goOn(): Promise<void> {
    await this.#goTo(this.#index + 1);
    if (this.isDone) await this.start();
  }

  #keep(decisions: Decisions): void {
    this.#decisions = decisions;
    keepDecisions(this.#storage, this.queue, decisions);
  }

  async #goTo(index: number): Promise<void> {
    this.#index = index;
    this.#candidateIndex = 0;
    this.#askedAgainAtMs = undefined;
    this.#problem = undefined;
    const id = this.#ids?.[index];
    if (id === undefined) {
      this.#photo = undefined;
      return;
    }
    await this.#load(id);
    const nextId = this.#ids?.[index + 1];
    if (nextId !== undefined) this.#ahead = { id: nextId, details: this.#read(nextId) };
  }

  async #load(id: number): Promise<void> {
    const isAhead = this.#ahead?.id === id;
    const ahead = isAhead ? await this.#ahead?.details : undefined;
    if (isAhead) this.#ahead = undefined;
    try {
      const photo = ahead ?? (await this.#client.photos.details({ id }));
      if (this.currentId !== id) return;
      const before = this.hasNewCaption;
      this.#photo = photo;
      if (this.hasNewCaption && !before) this.#candidateIndex = 0;
    } catch (error) {
      if (this.currentId !== id) return;
      this.#photo = undefined;
      this.#problem = problemOf(error);
    }
  }

  /** A photo that cannot be read ahead is read again when it is its turn, and says why then. */
  async #read(id: number): Promise<PhotoDetails | undefined> {
    return await this.#client.photos.details({ id }).catch(() => undefined);
  }

  #decided(decision: Decision): readonly number[] {
    return [...this.#decisions].flatMap(([id, one]) => (one === decision ? id : []));
  }
}
