/** @file The review: photos with doubtful or stale captions, one after the other. Renderer only. */
import type { Problem } from '../../../preload/contract/common.ts';
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import type { Client } from '../connection.ts';
import { decodeIds } from '../photoIds.ts';
import { problemOf } from '../problems.ts';
import { type ReviewCandidate, reviewCandidates } from './candidates.ts';

export const reviewQuery = 'doubtful:yes OR stale:yes';

/** The same words again would be doubted again: the best of so many is shown. */
const candidatesOfDoubted = 4;

export interface ReviewClient {
  readonly photos: Pick<Client['photos'], 'list' | 'details' | 'writeCaption'>;
  readonly runs: Pick<Client['runs'], 'caption'>;
}

export type Outcome = 'accepted' | 'skipped';

export class ReviewState {
  readonly #client: ReviewClient;
  readonly #nowMs: () => number;
  #ids = $state.raw<readonly number[] | undefined>(undefined);
  #index = $state(0);
  #photo = $state.raw<PhotoDetails | undefined>(undefined);
  #candidateIndex = $state(0);
  #outcomes = $state.raw<ReadonlyMap<number, Outcome>>(new Map());
  /** When the photo at hand was asked to be captioned again. */
  #askedAgainAtMs = $state<number | undefined>(undefined);
  #problem = $state.raw<Problem | undefined>(undefined);
  #busy = $state(false);
  /** Read ahead, so that the next photo is there at once. */
  #ahead: { readonly id: number; readonly details: Promise<PhotoDetails | undefined> } | undefined;

  readonly currentId: number | undefined = $derived(this.#ids?.[this.#index]);
  readonly candidates: readonly ReviewCandidate[] = $derived(
    this.#photo === undefined ? [] : reviewCandidates(this.#photo, this.#askedAgainAtMs),
  );
  readonly candidate: ReviewCandidate | undefined = $derived(
    this.candidates[this.#candidateIndex % Math.max(1, this.candidates.length)],
  );
  /** There is a caption that was written since the photo was captioned again. */
  readonly hasNewCaption: boolean = $derived(
    this.#photo?.captions.some(
      ({ createdAtMs }) => createdAtMs >= (this.#askedAgainAtMs ?? Number.POSITIVE_INFINITY),
    ) ?? false,
  );
  readonly waitsForCaption: boolean = $derived(this.#askedAgainAtMs !== undefined && !this.hasNewCaption);
  readonly accepted: number = $derived(this.#count('accepted'));
  readonly skipped: number = $derived(this.#count('skipped'));

  constructor(client: ReviewClient, nowMs: () => number = Date.now) {
    this.#client = client;
    this.#nowMs = nowMs;
  }

  /** Undefined until they were found. */
  get ids(): readonly number[] | undefined {
    return this.#ids;
  }

  get index(): number {
    return this.#index;
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

  outcomeOf(id: number): Outcome | undefined {
    return this.#outcomes.get(id);
  }

  /** Finds what there is to review, and begins with the first. */
  async start(): Promise<void> {
    this.#problem = undefined;
    try {
      const list = await this.#client.photos.list({ query: reviewQuery, order: 'itm', descending: false });
      this.#ids = [...decodeIds(list.ids)];
      this.#outcomes = new Map();
      await this.#goTo(0);
    } catch (error) {
      this.#problem = problemOf(error);
    }
  }

  /** The caption is approved, or, with other words, becomes the person's own. Returns the run that wrote it, for undoing; undefined when it failed. */
  async accept(text?: string): Promise<number | undefined> {
    const { candidate, currentId } = this;
    const wanted = (text ?? candidate?.text ?? '').trim();
    if (currentId === undefined || !this.isShown || wanted === '' || this.#busy) return undefined;
    this.#busy = true;
    try {
      const { runId } = await this.#client.photos.writeCaption({
        photoId: currentId,
        text: wanted,
        ...(candidate !== undefined && { basedOnId: candidate.caption.id }),
      });
      this.#outcomes = new Map(this.#outcomes).set(currentId, 'accepted');
      await this.#goTo(this.#index + 1);
      return runId;
    } catch (error) {
      this.#problem = problemOf(error);
      return undefined;
    } finally {
      this.#busy = false;
    }
  }

  async skip(): Promise<void> {
    const { currentId } = this;
    if (currentId === undefined || this.#busy) return;
    if (!this.#outcomes.has(currentId)) this.#outcomes = new Map(this.#outcomes).set(currentId, 'skipped');
    await this.#goTo(this.#index + 1);
  }

  async back(): Promise<void> {
    if (this.#index > 0 && !this.#busy) await this.#goTo(this.#index - 1);
  }

  async goTo(index: number): Promise<void> {
    if (index >= 0 && index < (this.#ids?.length ?? 0)) await this.#goTo(index);
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
      const candidates = this.#photo?.caption?.doubtful === true ? candidatesOfDoubted : 1;
      await this.#client.runs.caption({ selection: { photoIds: [currentId] }, again: true, candidates });
    } catch (error) {
      this.#askedAgainAtMs = undefined;
      this.#problem = problemOf(error);
    }
  }

  /** @param ids empty: too many to name */
  async photosChanged(ids: readonly number[]): Promise<void> {
    const { currentId } = this;
    this.#ahead = undefined;
    if (currentId !== undefined && (ids.length === 0 || ids.includes(currentId))) await this.#load(currentId);
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

  #count(outcome: Outcome): number {
    return [...this.#outcomes.values()].filter((one) => one === outcome).length;
  }
}
