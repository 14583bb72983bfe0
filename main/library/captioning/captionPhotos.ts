/**
 * @file Captions one photo after another. Knows nothing of where captions go: the command writes them to files, and
 * whoever keeps a catalog stores them. Main process and CLI.
 */
import { type SerializedError, serializeError, VignetteError } from '../../../native-models/errors.ts';
import type { PromptKind } from '../../../native-models/prompting/promptRequest.ts';
import type { AnswerRequest, GenerationSettings } from '../../../native-models/runtime/protocol.ts';
import type { JudgedAnswer } from './capFilt.ts';

/** Whatever answers for a photo: the model host, or a double. */
export interface Answerer {
  answer(
    request: AnswerRequest,
    options?: { signal?: AbortSignal; onText?: (delta: string) => void },
  ): Promise<JudgedAnswer>;
}

export interface CaptionJob<Photo> {
  readonly answerer: Answerer;
  readonly photos: Iterable<Photo> | AsyncIterable<Photo>;
  /** The same for all photos, or made for each. */
  readonly prompt: string | ((photo: Photo) => Promise<string>);
  /** How the prompt is meant; without it, it goes to the model as it stands. */
  readonly kind?: PromptKind | undefined;
  readonly settings: GenerationSettings;
  readonly signal?: AbortSignal | undefined;
  readonly nowMs?: (() => number) | undefined;
}

export type CaptionOutcome<Photo> =
  | { readonly photo: Photo; readonly answer: JudgedAnswer; readonly atMs: number }
  | { readonly photo: Photo; readonly error: SerializedError };

/**
 * Yields every photo once, in order, with its answer or with what went wrong. Only two things end it early: the signal
 * (it throws the signal's reason) and a model that cannot answer anything any more (it throws that error).
 */
export async function* captionPhotos<Photo extends { readonly path: string }>(
  job: CaptionJob<Photo>,
): AsyncGenerator<CaptionOutcome<Photo>> {
  const nowMs = job.nowMs ?? Date.now;
  for await (const photo of job.photos) {
    job.signal?.throwIfAborted();
    let outcome: CaptionOutcome<Photo>;
    try {
      const prompt = typeof job.prompt === 'string' ? job.prompt : await job.prompt(photo);
      const { kind, settings } = job;
      const request = { image: photo.path, prompt, settings, ...(kind === undefined ? {} : { kind }) };
      const answer = await job.answerer.answer(request, job.signal === undefined ? {} : { signal: job.signal });
      outcome = { photo, answer, atMs: nowMs() };
    } catch (error) {
      job.signal?.throwIfAborted();
      if (endsTheRun(error)) {
        throw error;
      }
      outcome = { photo, error: serializeError(error) };
    }
    yield outcome;
  }
}

/** With these the next photo would fail in the same way, and the one after it. */
function endsTheRun(error: unknown): boolean {
  return error instanceof VignetteError && fatalCodes.has(error.code);
}

const fatalCodes: ReadonlySet<string> = new Set(['MODEL_HOST_CLOSED', 'MODEL_NOT_LOADED']);
