/** @file Captions that are tried on one photo: written by a model and held in memory, until a person picks one. Main process and server. */
import { answerWarnings } from '../../native-models/prompting/answerWarnings.ts';
import type { Trial } from '../../preload/contract/trials.ts';
import type { ModelVersion } from '../../schemas/provenance.ts';
import { CatalogError } from '../library/catalog/catalogError.ts';
import type { NewRun } from '../library/catalog/runs/runs.ts';
import type { NewCaption } from '../library/catalog/texts/captions.ts';
import type { App } from './app.ts';
import { captionWork } from './work.ts';

export interface TrialRequest {
  readonly photoId: number;
  readonly preset?: string | undefined;
  readonly modelId?: string | undefined;
}

interface HeldTrial {
  readonly photoId: number;
  readonly run: NewRun;
  readonly version: ModelVersion;
  readonly caption: NewCaption;
}

/** Older ones go: whoever compares picks one of the last two. */
const maxHeld = 100;

export class CaptionTrials {
  readonly #held = new Map<number, HeldTrial>();
  #lastId = 0;

  /** @throws CatalogError NO_SUCH_PHOTO; ModelChoiceError, PromptingError, PromptError; what the model says against it */
  async write(app: App, request: TrialRequest, signal: AbortSignal | undefined): Promise<Trial> {
    const { photoId } = request;
    const { path: file, fingerprint: content, revision, details } = app.catalog.photos.get(photoId);
    const { identity, kind, description } = await captionWork(app, { ...request, photoIds: [photoId], candidates: 1 });
    const photo = { id: photoId, file, takenLocal: details?.takenLocal ?? undefined };
    const { prompt: source, kind: promptKind, settings, model } = identity;
    const asked = {
      image: await app.imageOf(photoId, signal),
      content,
      prompt: await app.queue.promptOf(source, photo),
      settings,
      ...(promptKind === undefined ? {} : { kind: promptKind }),
    };
    const answer = await app.queue.askNow(model, asked, signal === undefined ? {} : { signal });
    const { text, prompt, device, width, height, version } = answer;
    const warnings = answerWarnings(answer);
    const caption: NewCaption = {
      text,
      source: 'model',
      photoRevision: revision,
      size: { width, height },
      ...(prompt === source ? {} : { prompt }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
    const id = this.#hold({ photoId, run: { kind, description, identity, device }, version, caption });
    return { id, text, modelId: model.id, device, prompt, warnings: [...warnings], ms: answer.ms.totalMs };
  }

  /** @throws CatalogError NO_SUCH_TRIAL */
  keep({ catalog }: Pick<App, 'catalog'>, trialId: number): { captionId: number; runId: number } {
    const held = this.#held.get(trialId);
    if (held === undefined)
      throw new CatalogError('NO_SUCH_TRIAL', 'This text is not held any more. Let it be written again.', { trialId });
    const { photoId, run, version, caption } = held;
    const approvedAtMs = catalog.connection.nowMs();
    return catalog.runs.within(run, (runId) => {
      catalog.modelVersions.record(runId, version);
      return { captionId: catalog.captions.add(photoId, runId, { ...caption, approvedAtMs }), runId };
    });
  }

  #hold(trial: HeldTrial): number {
    this.#lastId += 1;
    this.#held.set(this.#lastId, trial);
    for (const id of this.#held.keys()) {
      if (this.#held.size <= maxHeld) break;
      this.#held.delete(id);
    }
    return this.#lastId;
  }
}
