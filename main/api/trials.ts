/** @file Captions and answers that are tried on one photo: written by a model, and stored only where a person picks one. Main process and server. */
import { answerWarnings } from '../../native-models/prompting/answerWarnings.ts';
import type { Trial } from '../../preload/contract/trials.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { App } from './app.ts';
import type { HeldTrial } from './heldTrials.ts';
import { askWork, captionWork } from './work.ts';

export interface TrialRequest {
  readonly photoId: number;
  /** What is asked, in place of a caption. */
  readonly question?: string | undefined;
  /** Of a caption. */
  readonly preset?: string | undefined;
  readonly modelId?: string | undefined;
}

/** @throws CatalogError NO_SUCH_PHOTO; ModelChoiceError, PromptingError, PromptError; what the model says against it */
export async function writeTrial(app: App, request: TrialRequest, signal: AbortSignal | undefined): Promise<Trial> {
  const { photoId, question, preset, modelId } = request;
  const { path: file, fingerprint: content, revision, details } = app.catalog.photos.get(photoId);
  const terms = { photoIds: [photoId], modelId };
  const work =
    question === undefined
      ? await captionWork(app, { ...terms, preset, candidates: 1 })
      : await askWork(app, { ...terms, questions: [{ question }] });
  const { kind, description, identity } = work;
  const photo = { id: photoId, file, takenLocal: details?.takenLocal ?? undefined };
  const { prompt: source, kind: promptKind, settings, model } = identity;
  const asked = {
    image: await app.imageOf(photoId, signal),
    content,
    prompt: await app.queue.promptOf(source, photo, question),
    settings,
    ...(promptKind === undefined ? {} : { kind: promptKind }),
  };
  const answer = await app.queue.askNow(model, asked, signal === undefined ? {} : { signal });
  const { text, prompt, device, width, height, version } = answer;
  const warnings = answerWarnings(answer);
  const written = {
    text,
    source: 'model',
    photoRevision: revision,
    ...(prompt === source ? {} : { prompt }),
    ...(warnings.length === 0 ? {} : { warnings }),
  } as const;
  const id = app.trials.hold({
    photoId,
    run: { kind, description, identity, device },
    version,
    ...(question === undefined ? { caption: { ...written, size: { width, height } } } : { question, answer: written }),
  });
  return { id, text, modelId: model.id, device, prompt, warnings: [...warnings], ms: answer.ms.totalMs };
}

/** The model stays its author; a caption is approved by the person who keeps it. @throws CatalogError NO_SUCH_TRIAL */
export function keepTrial({ catalog, trials }: App, trialId: number): { runId: number } {
  const trial = trials.get(trialId);
  return catalog.runs.within(trial.run, (runId) => {
    catalog.modelVersions.record(runId, trial.version);
    store(catalog, trial, runId);
    return { runId };
  });
}

function store(catalog: Catalog, trial: HeldTrial, runId: number): void {
  const { captions, answers, connection } = catalog;
  if ('caption' in trial) {
    captions.add(trial.photoId, runId, { ...trial.caption, approvedAtMs: connection.nowMs() });
  } else answers.add(trial.photoId, answers.questionId(trial.question), runId, trial.answer);
}
