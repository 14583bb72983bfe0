/** @file What each kind of job asks of its model, with which prompt, and what is kept of the answer. */
import { RemoteError, VignetteError } from '../../../native-models/errors.ts';
import { answerWarnings } from '../../../native-models/prompting/answerWarnings.ts';
import type { AnswerRequest, Embedding } from '../../../native-models/runtime/protocol.ts';
import type { DueJob, DuePhoto } from '../catalog/jobs/dueJobs.ts';
import type { JobRunKind } from '../catalog/jobs/jobs.ts';
import type { AnswerStore, NewAnswer } from '../catalog/texts/answers.ts';
import type { CaptionStore } from '../catalog/texts/captions.ts';
import type { CaptionScore, RunIdentity } from '../catalog/texts/provenance.ts';
import type { ScoreStore } from '../catalog/texts/scores.ts';
import type { TagStore } from '../catalog/texts/tags.ts';
import { filledPrompt, type WrittenVariable, type XmpValues } from '../prompting/photoPrompt.ts';
import {
  type PromptTemplate,
  photoVariables,
  promptTemplate,
  questionVariable,
  type XmpVariable,
} from '../prompting/promptTemplate.ts';
import { filteredCaption, heldCaption, type ScoredAnswer } from './capFilt.ts';
import { embeddingKey, type Lease, type ModelIdentity } from './modelLeases.ts';
import { copiedAnswer, copiedCaption, type StackResults } from './stackResults.ts';

/** Where results go. The stores of the catalog are this. */
export interface ResultStores {
  readonly captions: Pick<CaptionStore, 'add' | 'of'>;
  readonly answers: Pick<AnswerStore, 'add'>;
  readonly scores: Pick<ScoreStore, 'add'>;
  readonly tags: Pick<TagStore, 'add'>;
}

/** Where vectors go: files beside the catalog. */
export interface EmbeddingSink {
  /** Keeps them and says so in the catalog; doing it twice is as good as once. */
  save(photo: { id: number; revision: number }, modelKey: string, embedding: Embedding): Promise<void>;
}

/** A run as its jobs see it. */
export interface QueuedRun {
  readonly id: number;
  readonly kind: JobRunKind;
  readonly identity: RunIdentity;
  /** As the catalog has it. */
  readonly identityHash: Buffer;
}

export interface JobHandlersParts {
  readonly stores: ResultStores;
  readonly embeddings: EmbeddingSink | undefined;
  readonly prompts: JobPrompts;
  readonly stacks: StackResults;
  /** A file that shows the photo in a format that models read: mostly the photo itself. */
  readonly imageFor: (photo: DuePhoto, signal: AbortSignal) => Promise<string>;
}

export interface JobAtHand {
  readonly run: QueuedRun;
  readonly job: DueJob;
  readonly photo: DuePhoto;
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /**
   * Asks when those before have been asked, and returns when those answered before are over with: what is made ready and
   * stored side by side still reaches the model, and the catalog, in order. To be called once.
   */
  readonly inTurn: <Answered>(ask: () => Promise<Answered>) => Promise<Answered>;
  /** Throws when the result would be of no use any more. */
  readonly assertDue: () => Promise<void>;
}

/** Puts a result into the catalog; part of the transaction that deletes the job. */
export type Store = () => void;

/** The models that a run needs at the same time. */
export function modelsOf({ identity }: QueuedRun): ModelIdentity[] {
  return identity.filter === undefined ? [identity.model] : [identity.model, identity.filter.model];
}

export class JobHandlers {
  readonly #parts: JobHandlersParts;

  constructor(parts: JobHandlersParts) {
    this.#parts = parts;
  }

  /** Asks the model. @throws what it has to say against it; the signal's reason */
  async perform(at: JobAtHand): Promise<Store> {
    switch (at.run.kind) {
      case 'caption':
        return await this.#caption(at);
      case 'ask':
        return await this.#ask(at);
      case 'score':
        return await this.#score(at);
      case 'embed':
        return await this.#embed(at);
    }
  }

  async #caption(at: JobAtHand): Promise<Store> {
    const { run, photo, lease, signal } = at;
    const { stacks, stores } = this.#parts;
    if (stacks.isOfPerson(at)) return () => {};
    const top = stacks.caption(at);
    const copy = (score?: CaptionScore) => () => {
      if (top !== undefined && !stacks.isOfPerson(at)) {
        stores.captions.add(photo.id, run.id, copiedCaption(top.caption, at, score));
      }
    };
    if (top?.check === false) return copy();
    const request = await this.#request(at);
    const writer = lease.worker(run.identity.model).client;
    const { filter } = run.identity;
    const answer: ScoredAnswer | CaptionScore = await at.inTurn(async () => {
      if (filter === undefined) return await writer.answer(request, { signal });
      const scorer = lease.worker(filter.model).client;
      const held = top && (await heldCaption(top.caption.text, request, scorer, filter, { signal }));
      return held ?? (await filteredCaption(request, { writer, scorer }, filter, { signal }));
    });
    if (!('text' in answer)) return copy(answer);
    const { captionScore, width, height } = answer;
    return () => {
      stores.captions.add(photo.id, run.id, {
        kind: run.identity.textKind,
        text: answer.text,
        source: 'model',
        photoRevision: photo.revision,
        size: { width, height },
        ...kept(answer, run),
        ...(captionScore === undefined
          ? {}
          : { captionScore: { ...captionScore, candidates: [...captionScore.candidates] } }),
      });
    };
  }

  async #ask(at: JobAtHand): Promise<Store> {
    const { run, job, photo, lease, signal } = at;
    const { question } = job;
    if (question === undefined)
      throw new VignetteError('JOB_WITHOUT_QUESTION', 'It is not known what was to be asked.');
    const { stacks } = this.#parts;
    if (stacks.isOfPerson(at)) return () => {};
    const top = stacks.answer(at);
    if (top !== undefined) {
      return () => {
        if (!stacks.isOfPerson(at)) this.#storeAnswer(at, question.id, copiedAnswer(top, at));
      };
    }
    const request = await this.#request(at);
    const answer = await at.inTurn(() => lease.worker(run.identity.model).client.answer(request, { signal }));
    const { text, choices } = answer;
    const { revision: photoRevision } = photo;
    const stored = { text, source: 'model', photoRevision, choices, ...kept(answer, run) } as const;
    return () => this.#storeAnswer(at, question.id, stored);
  }

  /** With the tags that it names, of a run whose answers become tags. */
  #storeAnswer({ run, photo }: JobAtHand, questionId: number, answer: NewAnswer): void {
    const { answers, tags } = this.#parts.stores;
    answers.add(photo.id, questionId, run.id, answer);
    for (const path of taggedPaths(answer.text, run)) tags.add(photo.id, run.id, { path, source: 'model' });
  }

  /** Every caption of the photo, those of people too. */
  async #score({ run, photo, lease, signal, inTurn }: JobAtHand): Promise<Store> {
    const captions = this.#parts.stores.captions.of(photo.id);
    const texts = [...new Set(captions.map(({ text }) => text))];
    if (texts.length === 0) return () => {};
    const request = { image: await this.#parts.imageFor(photo, signal), content: photo.fingerprint, texts };
    const matches = await inTurn(() => lease.worker(run.identity.model).client.match(request, { signal }));
    const doubtfulBelow = run.identity.filter?.doubtfulBelow;
    return () => {
      // What was written or removed meanwhile is not scored by what was there before.
      for (const { id, text } of this.#parts.stores.captions.of(photo.id)) {
        const match = matches.find((candidate) => candidate.text === text);
        if (match === undefined) continue;
        const doubtful = doubtfulBelow === undefined ? undefined : match.itm < doubtfulBelow;
        const { itm, itc } = match;
        this.#parts.stores.scores.add(photo.id, run.id, {
          captionId: id,
          text,
          itm,
          itc,
          doubtful,
          photoRevision: photo.revision,
        });
      }
    };
  }

  async #embed({ run, photo, lease, signal, inTurn, assertDue }: JobAtHand): Promise<Store> {
    const { embeddings } = this.#parts;
    if (embeddings === undefined) throw new VignetteError('NO_VECTOR_FILES', 'There is no place for vectors.');
    const { model } = run.identity;
    const image = await this.#parts.imageFor(photo, signal);
    const [embedded] = await inTurn(() => lease.worker(model).client.embedImages({ images: [image] }, { signal }));
    if (embedded === undefined) throw new RangeError('the model gave no vectors');
    if ('error' in embedded) throw new RemoteError(embedded.error);
    await assertDue();
    await embeddings.save(photo, embeddingKey(model), embedded.embedding);
    return () => {};
  }

  async #request({ run, job, photo, signal }: JobAtHand): Promise<AnswerRequest> {
    const { prompt, kind, settings } = run.identity;
    return {
      image: await this.#parts.imageFor(photo, signal),
      content: photo.fingerprint,
      prompt: await this.#parts.prompts.of(prompt, photo, job.question?.text),
      settings,
      ...(kind === undefined ? {} : { kind }),
    };
  }
}

/** The tags that a list names, of a run whose lists become tags. */
function taggedPaths(list: string, { identity: { settings, tagPaths = [] } }: QueuedRun): string[] {
  // A list has a few names of a vocabulary of thousands.
  return list.split(', ').flatMap((name) => tagPaths[settings.tags?.vocabulary.indexOf(name) ?? -1] ?? []);
}

/** The prompt, where it is not the run's, and what there is to say about it and about the end of the text. */
function kept(answer: ScoredAnswer, run: QueuedRun): Pick<ScoredAnswer, 'prompt' | 'warnings'> | object {
  const { prompt } = answer;
  const warnings = answerWarnings(answer);
  return {
    ...(prompt === run.identity.prompt ? {} : { prompt }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** What of a photo its prompt is made with. */
export type PromptedPhoto = Pick<DuePhoto, 'id' | 'file' | 'takenLocal'>;

/** What a prompt can say about a photo beside its name. */
export interface PhotoFacts {
  /** When it was taken, in words; empty where nobody knows. */
  dateOf(photo: PromptedPhoto): Promise<string>;
  /** What people wrote about it; empty where nobody did. */
  writtenOf(photoId: number, variable: WrittenVariable): Promise<string>;
  /** What fields of its XMP say, of those that say anything. */
  xmpOf(photoId: number, fields: readonly XmpVariable[]): Promise<XmpValues>;
}

export class JobPrompts {
  readonly #facts: PhotoFacts;
  readonly #templates = new Map<string, PromptTemplate>();

  constructor(facts: PhotoFacts) {
    this.#facts = facts;
  }

  /** @throws PromptingError for a template with an unknown variable */
  async of(source: string, photo: PromptedPhoto, question: string | undefined): Promise<string> {
    return await filledPrompt(this.#template(source), {
      file: photo.file,
      question: question ?? '',
      date: () => this.#facts.dateOf(photo),
      written: (variable) => this.#facts.writtenOf(photo.id, variable),
      xmp: (fields) => this.#facts.xmpOf(photo.id, fields),
    });
  }

  #template(source: string): PromptTemplate {
    const known = this.#templates.get(source);
    if (known !== undefined) return known;
    const template = promptTemplate(source, [...photoVariables, questionVariable]);
    this.#templates.set(source, template);
    return template;
  }
}
