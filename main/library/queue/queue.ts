/**
 * @file The queue of a library: what is to be asked of models about photos, processed in the background, and the chat,
 * which goes before. Everything that waits is in the catalog, so a queue that ends in any way goes on where it was.
 * Main process and CLI.
 */

import type { Explanation } from '../../../native-models/explanation/explanation.ts';
import type { GenerationSettings } from '../../../native-models/generation/generationSettings.ts';
import type { Answer, AnswerRequest, Embedding, ExplainRequest } from '../../../native-models/runtime/protocol.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { FolderRule } from '../catalog/jobs/folderRules.ts';
import { addFollowUps } from '../catalog/jobs/followUps.ts';
import { fillRun } from '../catalog/jobs/jobFilling.ts';
import type { JobRunKind } from '../catalog/jobs/jobs.ts';
import { identityWith } from '../catalog/runs/questionTerms.ts';
import { runIdentityHash } from '../catalog/runs/runs.ts';
import { answerKey } from '../catalog/texts/answers.ts';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import type { PromptedPhoto } from './jobHandlers.ts';
import { embeddingKey, type LoadedModel, type ModelIdentity, QueueError } from './modelLeases.ts';
import type { QueueEvent, QueueListener, QueueStatus, RunProgress } from './progress.ts';
import { type LibraryQueueOptions, type QueueCatalog, Scheduler } from './scheduler.ts';
import { RuleTermsMaker } from './taggingTerms.ts';

export interface NewWork {
  readonly kind: JobRunKind;
  readonly description: RunDescription;
  readonly identity: RunIdentity;
  readonly photoIds: readonly number[];
  /** Of work that asks: every photo is asked all of them. */
  readonly questions?: readonly string[] | undefined;
  /** Of a new run that asks: questions for those photos of which another one of the run is answered so. */
  readonly followUps?: readonly NewFollowUp[] | undefined;
  /** Of questions, follow-ups among them, that are answered with other settings than the identity's. */
  readonly ownSettings?: readonly OwnSettings[] | undefined;
  /** Of photos that get the result of their stack's top photo where it holds for them, that photo. Stack by stack, the top one first. */
  readonly tops?: ReadonlyMap<number, number> | undefined;
  /** Higher goes first; 0 is usual. */
  readonly priority?: number | undefined;
  /** Also photos that have a result on equal terms. */
  readonly again?: boolean | undefined;
  /** An open run of the same terms to put them into. */
  readonly runId?: number | undefined;
}

export interface NewFollowUp {
  readonly question: string;
  readonly after: string;
  /** Any of them. */
  readonly answers: readonly string[];
}

export interface OwnSettings {
  readonly question: string;
  readonly settings: GenerationSettings;
}

export interface AddedWork {
  /** Undefined where there was nothing to do. */
  readonly runId: number | undefined;
  /** Jobs: photos, or photos times questions. */
  readonly added: number;
}

/** Why a photo's job failed that can go well when the photo is back. */
const lostPhotoCodes = ['PHOTO_MISSING', 'PHOTO_NOT_FOUND', 'PHOTO_CHANGED'];

export class LibraryQueue implements AsyncDisposable {
  readonly #catalog: QueueCatalog;
  readonly #scheduler: Scheduler;
  readonly #ruleTerms: RuleTermsMaker;
  readonly #closing = new AbortController();

  constructor(options: LibraryQueueOptions) {
    this.#catalog = options.catalog;
    this.#scheduler = new Scheduler(options);
    this.#ruleTerms = new RuleTermsMaker(options.catalog.vocabulary);
  }

  /** Goes on with what the last process left, and with everything that is added from now on. */
  async start(): Promise<void> {
    await this.#scheduler.start();
  }

  /**
   * Puts photos into a run, a new one unless one is named. Those that have the result on equal terms are passed over;
   * when that is all of them, no run is begun.
   * @throws CatalogError; the signal's reason: what was added until then stays
   */
  async add(work: NewWork, signal?: AbortSignal): Promise<AddedWork> {
    const added = await this.#fill(work, work.runId, () => {}, signal);
    if (added.runId !== undefined) this.#goOn(added.runId);
    return added;
  }

  /**
   * For photos that appeared: gives them to the rules of their folders. Doing it twice is as good as once. A rule that
   * tags does nothing while the vocabulary has no tags for it. Returns the rules that took photos.
   */
  async applyRules(photoIds: readonly number[], signal?: AbortSignal): Promise<readonly FolderRule[]> {
    const { folderRules } = this.#catalog;
    const applied: FolderRule[] = [];
    const runIds: number[] = [];
    for (const { rule, photoIds: ruled } of folderRules.applying(photoIds)) {
      const terms = this.#ruleTerms.of(rule.action);
      if (terms === undefined) continue;
      applied.push(rule);
      const { kind, questions, priority } = rule.action;
      const begun = (runId: number) => folderRules.setRun(rule.id, runId);
      const work = { kind, questions, priority, ...terms, photoIds: ruled };
      const { runId, added } = await this.#fill(work, this.#openRunOf(rule, terms.identity), begun, signal);
      if (runId !== undefined && added > 0) runIds.push(runId);
    }
    for (const runId of runIds) this.#goOn(runId);
    return applied;
  }

  /**
   * Asks at once, before everything in the queue: between two questions, and also while the queue is paused.
   * @throws as ModelHost.answer; what loading the model threw
   */
  async askNow(
    model: ModelIdentity,
    request: AnswerRequest,
    options: { signal?: AbortSignal; onText?: (delta: string) => void } = {},
  ): Promise<Answer & Pick<LoadedModel, 'device' | 'version'>> {
    return await this.#scheduler.useNow(
      model,
      async (worker) => {
        const answer = await worker.client.answer(request, options);
        return { ...answer, device: worker.device, version: worker.version };
      },
      options.signal,
    );
  }

  /** What a model is given of this photo, of a prompt with placeholders. @throws PromptingError */
  async promptOf(source: string, photo: PromptedPhoto, question: string | undefined): Promise<string> {
    return await this.#scheduler.prompts.of(source, photo, question);
  }

  /** Where in a picture the words of a text come from, at once as for `askNow`. @throws as ModelHost.explain; what loading the model threw */
  async explainNow(model: ModelIdentity, request: ExplainRequest, signal?: AbortSignal): Promise<Explanation> {
    const options = signal === undefined ? {} : { signal };
    return await this.#scheduler.useNow(model, ({ client }) => client.explain(request, options), signal);
  }

  /** The text's vectors by a matching model, at once as for `askNow`: unit vectors one after the other. */
  async embedTextNow(model: ModelIdentity, text: string, signal?: AbortSignal): Promise<Embedding> {
    const options = signal === undefined ? {} : { signal };
    const [embedding] = await this.#scheduler.useNow(
      model,
      ({ client }) => client.embedTexts({ texts: [text] }, options),
      signal,
    );
    if (embedding === undefined) throw new RangeError('the model gave no vectors');
    return embedding;
  }

  /** These photos are on the person's screen; their jobs come first, in this order. In place of those before. */
  setVisible(photoIds: readonly number[]): void {
    this.#scheduler.setVisible(photoIds);
  }

  /** Pauses the whole queue, also after a restart. What is at a model is finished. */
  pause(): void {
    this.#scheduler.gate.pause();
  }

  /** Resumes the whole queue, also after it stopped by itself, and unblocks runs. */
  resume(): void {
    this.#scheduler.gate.resume();
    this.#scheduler.unblockAll();
  }

  /** Until it is disposed of, nothing is begun: the computer goes to sleep. Unlike a pause, nothing is kept of it. */
  hold(): Disposable {
    return this.#scheduler.gate.hold();
  }

  pauseRun(runId: number): void {
    if (this.#catalog.runs.statusOf(runId).state === 'running') this.#catalog.runs.setState(runId, 'paused');
    this.#scheduler.refresh();
  }

  resumeRun(runId: number): void {
    if (this.#catalog.runs.statusOf(runId).state === 'paused') this.#catalog.runs.setState(runId, 'running');
    this.#goOn(runId);
  }

  /** Deletes the jobs that are not done. What is done stays; undoing the run is another matter. */
  async cancelRun(runId: number): Promise<void> {
    const { state } = this.#catalog.runs.statusOf(runId);
    if (state !== 'running' && state !== 'paused') return;
    this.#catalog.runs.setState(runId, 'cancelled');
    await this.#scheduler.discardJobs(runId);
  }

  setPriority(runId: number, priority: number): void {
    this.#catalog.jobs.setPriority(runId, priority);
    this.#scheduler.refresh();
  }

  /** Retries what failed or was quarantined. Returns how many jobs. */
  retry(runId: number, of: { photoIds?: readonly number[]; codes?: readonly string[] } = {}): number {
    const retried = this.#catalog.jobs.retry(runId, of);
    if (retried > 0) this.#goOn(runId);
    return retried;
  }

  /** Photos are there again that were missing. */
  photosReturned(photoIds: readonly number[]): void {
    for (const runId of this.#catalog.jobs.runsWithFailed(photoIds, lostPhotoCodes)) {
      this.retry(runId, { photoIds, codes: lostPhotoCodes });
    }
  }

  /** A drive is back. */
  driveReturned(): void {
    this.#catalog.jobs.releaseAway();
    this.#scheduler.unblockAll();
  }

  /** Models were installed or removed: blocked runs are retried. */
  modelsChanged(): void {
    this.#scheduler.unblockAll();
  }

  /** To be called when the queue's settings were changed by another hand. */
  async settingsChanged(): Promise<void> {
    await this.#scheduler.gate.refresh();
    this.#scheduler.settingsChanged();
  }

  /** @throws CatalogError NO_SUCH_RUN */
  progress(runId: number): RunProgress {
    return this.#scheduler.progress(runId);
  }

  status(): QueueStatus {
    return this.#scheduler.status();
  }

  /** Returns how to stop. At most ten times a second for each run. */
  subscribe(listener: QueueListener): () => void {
    return this.#scheduler.events.subscribe(listener);
  }

  /** How the queue and its open runs are, then what changes; until the signal or the queue ends. */
  events(signal: AbortSignal): AsyncGenerator<QueueEvent> {
    return this.#scheduler.events.stream(AbortSignal.any([signal, this.#closing.signal]), () =>
      this.#scheduler.present(),
    );
  }

  /**
   * Waits until the run is over, or cannot go on by itself: paused, blocked, or paused with the whole queue.
   * @throws the signal's reason; QueueError QUEUE_CLOSED
   */
  async settled(runId: number, signal: AbortSignal = new AbortController().signal): Promise<RunProgress> {
    for await (const _ of this.events(signal)) {
      const progress = this.progress(runId);
      if (progress.activity !== 'working' && progress.activity !== 'waiting') return progress;
    }
    signal.throwIfAborted();
    throw new QueueError('QUEUE_CLOSED', 'The queue was closed.');
  }

  /** What is under way is dropped and done another time; models are ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#scheduler[Symbol.asyncDispose]();
  }

  /** A rule's photos go into one run until that is over or the vocabulary is another; then another is begun. */
  #openRunOf({ runId }: FolderRule, identity: RunIdentity): number | undefined {
    if (runId === undefined) return undefined;
    const { jobs, runs } = this.#catalog;
    if (jobs.identityHashOf(runId)?.equals(runIdentityHash(identity)) !== true) return undefined;
    const { state } = runs.statusOf(runId);
    return state === 'running' || state === 'paused' ? runId : undefined;
  }

  async #fill(
    work: NewWork,
    runId: number | undefined,
    begun: (runId: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<AddedWork> {
    using filling = new DisposableStack();
    const { connection, runs, answers, questionTerms } = this.#catalog;
    const { kind, description, identity, priority, photoIds, tops, again } = work;
    // In the order in which they are asked: a table has its columns in it.
    const questionIds = work.questions?.map((question) => answers.questionId(question));
    const followUps = (work.followUps ?? []).map((followUp) => ({
      questionId: answers.questionId(followUp.question),
      afterQuestionId: answers.questionId(followUp.after),
      answers: followUp.answers,
    }));
    const own = (work.ownSettings ?? []).map(({ question, settings }) => ({
      questionId: answers.questionId(question),
      terms: identityWith(identity, settings),
    }));
    const ownTerms = new Map(own.map(({ questionId, terms }) => [questionId, runIdentityHash(terms)]));
    const run = {
      id: runId,
      begin: () => {
        const id = runs.begin({ kind, description, identity, priority });
        addFollowUps(connection, id, followUps);
        for (const { questionId, terms } of own) questionTerms.add(id, questionId, terms);
        begun(id);
        filling.use(this.#scheduler.runs.fill(id));
        return id;
      },
    };
    if (runId !== undefined) filling.use(this.#scheduler.runs.fill(runId));
    const terms = { kind, identityHash: runIdentityHash(identity), embeddingKey: embeddingKey(identity.model) };
    let added = await fillRun(connection, { run, terms, ownTerms, photoIds, tops, questionIds, again, signal });
    // Photos that are asked become jobs of what follows when they are answered; these are answered already.
    for (const { questionId, afterQuestionId, answers: wanted } of again === true ? [] : followUps) {
      const after = { questionId: afterQuestionId, answerKeys: wanted.map(answerKey) };
      const filling = { run, terms, ownTerms, photoIds, tops, questionIds: [questionId], after, signal };
      added += await fillRun(connection, filling);
    }
    return { runId: run.id, added };
  }

  #goOn(runId: number): void {
    this.#scheduler.unblock(runId);
  }
}
