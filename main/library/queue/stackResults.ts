/**
 * @file Work that is done once for each stack: which photos get the result of their top photo. A caption has to hold for
 * the photo as a matching model sees it; without one, and for answers, the photos have to look nearly the same. Those for
 * which it does not hold are asked about by themselves. Main process and CLI.
 */
import type { DueJob, DuePhoto } from '../catalog/jobs/dueJobs.ts';
import type { TopResults } from '../catalog/jobs/topResults.ts';
import type { NewAnswer, StoredAnswer } from '../catalog/texts/answers.ts';
import type { NewCaption, StoredCaption } from '../catalog/texts/captions.ts';
import { copiedFromId } from '../catalog/texts/copies.ts';
import type { CaptionScore, RunIdentity } from '../catalog/texts/provenance.ts';

interface Asked {
  readonly run: { readonly id: number; readonly identity: RunIdentity; readonly identityHash: Buffer };
  readonly job: Pick<DueJob, 'topPhotoId' | 'question'>;
  readonly photo: Pick<DuePhoto, 'id' | 'revision'>;
}

/**
 * Of 64: what 95 % of photos differ in whose camera was moved by 2 % of the frame (see `stackPhotos.ts`). A stack itself may
 * be wider.
 */
const maxBits = 14;

export class StackResults {
  readonly #tops: TopResults;

  constructor(tops: TopResults) {
    this.#tops = tops;
  }

  /** What a person wrote, approved or answered is all that it needs: the work was wanted for the stack, and not for it. */
  isOfPerson({ run, job, photo }: Asked): boolean {
    if (job.topPhotoId === undefined) return false;
    return job.question === undefined
      ? this.#tops.hasPersonsText(photo.id, run.identity.textKind ?? 'caption')
      : this.#tops.hasPersonsAnswer(photo.id, job.question.id);
  }

  /** The top photo's caption, where it may hold for this photo: it does, or `check` it first. */
  caption(asked: Asked): { readonly caption: StoredCaption; readonly check: boolean } | undefined {
    const { run, job } = asked;
    if (job.topPhotoId === undefined) return undefined;
    const caption = this.#tops.caption(job.topPhotoId, run.identity.textKind ?? 'caption', run.identityHash);
    const check = (run.identity.filter?.doubtfulBelow ?? 0) > 0;
    return caption !== undefined && (check || this.#looksLikeTop(asked)) ? { caption, check } : undefined;
  }

  /** The top photo's answer, where it may hold for this photo. */
  answer(asked: Asked): StoredAnswer | undefined {
    const { run, job } = asked;
    if (job.topPhotoId === undefined || job.question === undefined || !this.#looksLikeTop(asked)) return undefined;
    return this.#tops.answer(job.topPhotoId, job.question.id, run.identityHash);
  }

  #looksLikeTop({ job, photo }: Asked): boolean {
    return job.topPhotoId !== undefined && this.#tops.bitsApart(photo.id, job.topPhotoId) <= maxBits;
  }
}

/** It stays the model's, and says of which photo it was written. */
export function copiedCaption(top: StoredCaption, { run, photo }: Asked, captionScore?: CaptionScore): NewCaption {
  const { kind, text, source, language, prompt, warnings, authorRunId } = top;
  return {
    kind,
    text,
    source,
    language,
    prompt,
    photoRevision: photo.revision,
    basedOnId: top.id,
    copiedFromId: copiedFromId(top, photo.id),
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
    ...(authorRunId === run.id ? {} : { authorRunId }),
    ...(captionScore === undefined
      ? {}
      : { captionScore: { ...captionScore, candidates: [...captionScore.candidates] } }),
  };
}

export function copiedAnswer(top: StoredAnswer, { photo }: Asked): NewAnswer {
  const { text, source, prompt, choices, warnings } = top;
  return {
    text,
    source,
    prompt,
    choices,
    photoRevision: photo.revision,
    copiedFromId: copiedFromId(top, photo.id),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
