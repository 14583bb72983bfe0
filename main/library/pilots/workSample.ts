/** @file The photos that work is tried on, of those that are to be done: a varied sample. Main process and CLI. */
import { sampleSize } from '../../../schemas/pilot.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { type Appearances, sampleCandidates, spreadSample } from './spreadSample.ts';
import { dueArgs, type EstimatedWork } from './workEstimate.ts';

export interface SampleParts {
  readonly reader: Pick<CatalogReader, 'read'>;
  /** Of the photos that are indexed. */
  readonly appearances: (photoIds: readonly number[]) => Promise<Appearances>;
}

/** At most `sampleSize` of them, in the order in which they are shown. */
export async function workSample(
  { reader, appearances }: SampleParts,
  work: EstimatedWork,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const due = await reader.read('duePhotos', dueArgs(work), signal);
  const candidates = sampleCandidates(await reader.read('samplePhotos', due, signal), sampleSize);
  // Photos whose vectors cannot be read are spread without them.
  const looks = await appearances(candidates.map(({ id }) => id)).catch(() => new Map());
  return spreadSample(candidates, sampleSize, looks);
}
