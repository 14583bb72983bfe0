/** @file What work on many photos will cost on this machine: how many photos, how long, how much room. Main process and CLI. */
import type { DeviceChoice } from '../../../native-models/devices/device.ts';
import type { MachineFloor } from '../../../native-models/devices/machineFloor.ts';
import { precisionSchema } from '../../../native-models/quantization/precision.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { DueArgs, DueCount } from '../catalog/jobs/dueCount.ts';
import type { JobRunKind } from '../catalog/jobs/jobs.ts';
import { identityWith } from '../catalog/runs/questionTerms.ts';
import type { ResultTimes } from '../catalog/runs/resultTimes.ts';
import { runIdentityHash } from '../catalog/runs/runs.ts';
import type { ModelFacts } from '../models/installedModels.ts';
import { isMadeFrom, knownModels } from '../models/knownModels.ts';
import { estimateAnswer } from '../models/modelEstimate.ts';
import { embeddingKey } from '../queue/modelLeases.ts';
import type { NewWork } from '../queue/queue.ts';
import { measuredPace } from './measuredPace.ts';

export type EstimatedWork = Pick<
  NewWork,
  'kind' | 'identity' | 'photoIds' | 'tops' | 'questions' | 'ownSettings' | 'again'
>;

/** What the machine is known to do. */
export interface EstimateParts {
  readonly catalog: Pick<Catalog, 'reader' | 'settings'>;
  /** The one that does the work. */
  readonly model: Pick<ModelFacts, 'sourceName' | 'precision' | 'featuresKey'>;
  /** In place of the one in the settings. */
  readonly device?: DeviceChoice | undefined;
  /** Undefined where the machine was not measured. */
  readonly floor: () => Promise<MachineFloor | undefined>;
  readonly features: {
    /** As `PhotoFeatures` has them. */
    photoBytes(modelKey: string): Promise<number | undefined>;
  };
  /** What a photo takes in the index of the model's vectors; undefined where there is none yet. */
  readonly indexBytes: (modelKey: string) => Promise<number | undefined>;
}

export interface WorkEstimate extends DueCount {
  /**
   * By the times of an earlier run with the model and the kind of text, or by what this machine's processor can do;
   * null where neither is known.
   */
  readonly time: { readonly source: 'runs' | 'processor'; readonly ms: number; readonly device: string | null } | null;
  /** In the catalog, or in the index for visual search; null where it is not known how large the model's vectors are. */
  readonly resultBytes: number | null;
  /** Features of photos, at most; null where it is not known how large the model's are. */
  readonly featureBytes: number | null;
}

/** A caption, a score or an answer with its place in the indexes and in the log of changes: `npm run bench pilot` measures it. */
const bytesOfResult = 400;

/**
 * What of the photos is to be done, as the reader is asked for it: without those that get the result of their stack's top
 * photo where it holds for them.
 */
export function dueArgs(work: EstimatedWork): DueArgs {
  const { kind, identity, photoIds, tops, questions, ownSettings = [], again = false } = work;
  const asked = tops === undefined ? photoIds : photoIds.filter((id) => !tops.has(id));
  const terms = { kind, identityHash: runIdentityHash(identity), embeddingKey: embeddingKey(identity.model) };
  const ownTerms = ownSettings.map(({ question, settings }) => {
    return { question, identityHash: runIdentityHash(identityWith(identity, settings)) };
  });
  return { ...terms, photoIds: asked, questions, ownTerms, again };
}

export async function estimateWork(
  parts: EstimateParts,
  work: EstimatedWork,
  signal: AbortSignal | undefined,
): Promise<WorkEstimate> {
  const due = await parts.catalog.reader.read('dueCount', dueArgs(work), signal);
  return {
    ...due,
    time: await timeOf(parts, work, due, signal),
    resultBytes: await resultBytesOf(parts, work, due),
    featureBytes: await featureBytesOf(parts, work, due),
  };
}

async function timeOf(
  parts: EstimateParts,
  work: EstimatedWork,
  due: DueCount,
  signal: AbortSignal | undefined,
): Promise<WorkEstimate['time']> {
  const { model, floor } = parts;
  const earlier = work.kind === 'embed' ? undefined : await timesOf(parts, { ...work, kind: work.kind }, signal);
  const pace = earlier === undefined ? undefined : measuredPace(earlier.timesMs);
  if (pace !== undefined) return { source: 'runs', ms: due.jobs * pace, device: earlier?.device ?? null };
  const known = knownModels.find(({ repo }) => isMadeFrom(repo, model.sourceName));
  const parsed = precisionSchema.safeParse(model.precision);
  const machine = known === undefined || !parsed.success ? undefined : await floor();
  if (known === undefined || !parsed.success || machine === undefined) return null;
  const { answerMs, furtherMs } = estimateAnswer(known.work, parsed.data, machine);
  const answers = answersOf(work, due);
  return { source: 'processor', ms: due.photos * (answerMs - furtherMs) + answers * furtherMs, device: null };
}

/** When photos were indexed is not stored. */
async function timesOf(
  { catalog, device = catalog.settings.get('device') }: EstimateParts,
  { kind, identity }: EstimatedWork & { readonly kind: Exclude<JobRunKind, 'embed'> },
  signal: AbortSignal | undefined,
): Promise<ResultTimes | undefined> {
  const { textKind, filter } = identity;
  const { sha256: modelSha256, precision } = identity.model;
  const on = device === 'auto' ? undefined : device;
  const asked = { kind, modelSha256, precision, device: on, textKind, candidates: filter?.candidates };
  return await catalog.reader.read('resultTimes', asked, signal);
}

/** Beside the encoding of each photo, which is all that an index needs. */
function answersOf({ kind, identity: { filter } }: EstimatedWork, { jobs }: DueCount): number {
  return kind === 'embed' ? 0 : jobs * (filter?.candidates ?? 1);
}

async function resultBytesOf(
  { indexBytes }: EstimateParts,
  { kind, identity }: EstimatedWork,
  { jobs }: DueCount,
): Promise<number | null> {
  const each = kind === 'embed' ? await indexBytes(embeddingKey(identity.model)) : bytesOfResult;
  return each === undefined ? null : jobs * each;
}

async function featureBytesOf(
  { catalog, model, features }: EstimateParts,
  { kind }: EstimatedWork,
  { photos }: DueCount,
): Promise<number | null> {
  const maxBytes = catalog.settings.get('featureCacheGB') * 1e9;
  // The vectors of an index are kept for good, and nothing else is.
  if (maxBytes === 0 || kind === 'embed') return 0;
  const each = await features.photoBytes(model.featuresKey);
  return each === undefined ? null : Math.min(maxBytes, photos * each);
}
