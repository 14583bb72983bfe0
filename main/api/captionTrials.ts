/** @file Captions that are tried on one photo: written by a model, and stored only where a person picks one. Main process and server. */
import { answerWarnings } from '../../native-models/prompting/answerWarnings.ts';
import type { Trial } from '../../preload/contract/trials.ts';
import type { NewCaption } from '../library/catalog/texts/captions.ts';
import type { App } from './app.ts';
import { captionWork } from './work.ts';

export interface TrialRequest {
  readonly photoId: number;
  readonly preset?: string | undefined;
  readonly modelId?: string | undefined;
}

/** @throws CatalogError NO_SUCH_PHOTO; ModelChoiceError, PromptingError, PromptError; what the model says against it */
export async function writeTrial(app: App, request: TrialRequest, signal: AbortSignal | undefined): Promise<Trial> {
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
  const id = app.trials.hold({ photoId, run: { kind, description, identity, device }, version, caption });
  return { id, text, modelId: model.id, device, prompt, warnings: [...warnings], ms: answer.ms.totalMs };
}

/** The person approves it; the model stays its author. @throws CatalogError NO_SUCH_TRIAL */
export function keepTrial({ catalog, trials }: App, trialId: number): { captionId: number; runId: number } {
  const { photoId, run, version, caption } = trials.get(trialId);
  const approvedAtMs = catalog.connection.nowMs();
  return catalog.runs.within(run, (runId) => {
    catalog.modelVersions.record(runId, version);
    return { captionId: catalog.captions.add(photoId, runId, { ...caption, approvedAtMs }), runId };
  });
}
