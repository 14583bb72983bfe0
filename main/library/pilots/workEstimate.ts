/** @file What work on many photos will cost on this machine: how many photos, how long, how much room. Main process and CLI. */
import type { MachineFloor } from '../../../native-models/devices/machineFloor.ts';
import { precisionSchema } from '../../../native-models/quantization/precision.ts';
import type { DueCount } from '../catalog/jobs/dueCount.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { runIdentityHash } from '../catalog/runs/runs.ts';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import type { ModelFacts } from '../models/installedModels.ts';
import { isMadeFrom, knownModels } from '../models/knownModels.ts';
import { estimateAnswer } from '../models/modelEstimate.ts';
import { measuredPace } from './measuredPace.ts';

export interface EstimatedWork {
  readonly kind: 'caption' | 'ask';
  readonly identity: RunIdentity;
  readonly photoIds: readonly number[];
  readonly questions?: readonly string[] | undefined;
  readonly again?: boolean | undefined;
}

/** What the machine is known to do. */
export interface EstimateParts {
  readonly reader: Pick<CatalogReader, 'read'>;
  readonly model: Pick<ModelFacts, 'sourceName' | 'precision' | 'featuresKey'>;
  /** Where models must run on this one. */
  readonly device: string | undefined;
  /** Undefined where the machine was not measured. */
  readonly floor: () => Promise<MachineFloor | undefined>;
  readonly features: {
    /** As `PhotoFeatures` has them. */
    photoBytes(modelKey: string): Promise<number | undefined>;
  };
  /** What may be stored of features. */
  readonly maxFeatureBytes: number;
}

export interface WorkEstimate extends DueCount {
  /**
   * By the times of an earlier run with the model and the kind of text, or by what this machine's processor can do;
   * null where neither is known.
   */
  readonly time: { readonly source: 'runs' | 'processor'; readonly ms: number; readonly device: string | null } | null;
  /** In the catalog. */
  readonly resultBytes: number;
  /** Features of photos, at most; null where it is not known how large the model's are. */
  readonly featureBytes: number | null;
}

/** A caption or an answer with its place in the indexes and in the log of changes: `npm run bench pilot` measures it. */
const bytesOfResult = 400;

export async function estimateWork(
  parts: EstimateParts,
  work: EstimatedWork,
  signal: AbortSignal | undefined,
): Promise<WorkEstimate> {
  const { kind, identity, photoIds, questions, again = false } = work;
  const args = { kind, identityHash: runIdentityHash(identity), photoIds, questions, again };
  const due = await parts.reader.read('dueCount', args, signal);
  return {
    ...due,
    time: await timeOf(parts, work, due, signal),
    resultBytes: due.jobs * bytesOfResult,
    featureBytes: await featureBytesOf(parts, due.photos),
  };
}

async function timeOf(
  { reader, model, device, floor }: EstimateParts,
  { kind, identity }: EstimatedWork,
  due: DueCount,
  signal: AbortSignal | undefined,
): Promise<WorkEstimate['time']> {
  const { textKind, filter } = identity;
  const { sha256: modelSha256, precision } = identity.model;
  const asked = { kind, modelSha256, precision, device, textKind, candidates: filter?.candidates };
  const earlier = await reader.read('resultTimes', asked, signal);
  const pace = earlier === undefined ? undefined : measuredPace(earlier.timesMs);
  if (pace !== undefined) return { source: 'runs', ms: due.jobs * pace, device: earlier?.device ?? null };
  const known = knownModels.find(({ repo }) => isMadeFrom(repo, model.sourceName));
  const parsed = precisionSchema.safeParse(model.precision);
  const machine = known === undefined || !parsed.success ? undefined : await floor();
  if (known === undefined || !parsed.success || machine === undefined) return null;
  const { answerMs, furtherMs } = estimateAnswer(known.work, parsed.data, machine);
  const answers = due.jobs * (filter?.candidates ?? 1);
  return { source: 'processor', ms: due.photos * (answerMs - furtherMs) + answers * furtherMs, device: null };
}

async function featureBytesOf(
  { model, features, maxFeatureBytes }: EstimateParts,
  photos: number,
): Promise<number | null> {
  if (maxFeatureBytes === 0) return 0;
  const each = await features.photoBytes(model.featuresKey);
  return each === undefined ? null : Math.min(maxFeatureBytes, photos * each);
}
