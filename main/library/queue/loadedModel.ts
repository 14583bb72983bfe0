/** @file A loaded model as the queue sees it: the client of a host process, or a double. */
import { createHash } from 'node:crypto';
import type { FeatureStorage } from '../../../native-models/runtime/modelHostOptions.ts';
import type {
  Answer,
  AnswerRequest,
  EmbeddedImage,
  Embedding,
  EmbedImagesRequest,
  EmbedTextsRequest,
} from '../../../native-models/runtime/protocol.ts';
import type { ModelVersion } from '../catalog/modelVersions.ts';
import type { RunIdentity } from '../catalog/provenance.ts';
import type { CaptionScorer, CaptionWriter } from './capFilt.ts';

/** Which model, exactly: the same checkpoint, compiled in the same way. */
export type ModelIdentity = RunIdentity['model'];

/** What the queue asks of it. ModelHost does all of this. */
export interface ModelClient extends Pick<CaptionWriter, 'candidates'>, CaptionScorer, AsyncDisposable {
  answer(request: AnswerRequest, options?: { signal?: AbortSignal; onText?: (delta: string) => void }): Promise<Answer>;
  embedImages(request: EmbedImagesRequest, options?: { signal?: AbortSignal }): Promise<EmbeddedImage[]>;
  embedTexts(request: EmbedTextsRequest, options?: { signal?: AbortSignal }): Promise<Embedding[]>;
}

export interface LoadedModel {
  readonly client: ModelClient;
  /** What was loaded: the installed model of that name may have become another one. */
  readonly identity: ModelIdentity;
  readonly version: ModelVersion;
  /** At the moment: a device may fail, and another take its place. */
  readonly device: string;
  /** Questions that it works on together. */
  readonly batch: number;
}

export interface OpenOptions {
  /** Questions to be worked on together; by default as many as device and memory allow. */
  readonly batch?: number | undefined;
  /** By default features stay in memory. */
  readonly features?: FeatureStorage | undefined;
}

/**
 * Starts a host process and loads the model.
 * @throws VignetteError MODEL_NOT_FOUND, MODEL_DAMAGED, OUT_OF_MEMORY, …: the runs that need it wait with this reason
 */
export type OpenModel = (identity: ModelIdentity, signal: AbortSignal, options: OpenOptions) => Promise<LoadedModel>;

export function modelKey({ id, sha256, precision }: ModelIdentity): string {
  return JSON.stringify([id, sha256, precision]);
}

/** Where a model's vectors are kept: by what computed them, whatever the model is called. Fit for a folder's name. */
export function embeddingKey({ sha256, precision }: ModelIdentity): string {
  return createHash('sha256').update(`${sha256}/${precision}`).digest('hex').slice(0, 32);
}
