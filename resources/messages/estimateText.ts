/** @file What work will cost, in words: what is to be done, how long it takes, how much room. Pure; any process. */

import type { Estimate } from '../../preload/contract/pilots.ts';
import type { EstimatedTerms } from '../../preload/contract/work.ts';
import { deviceName } from './deviceName.ts';
import type { Formats } from './format.ts';
import type { Texts } from './texts.ts';

/** A line each. */
export function estimateText(
  estimate: Pick<Estimate, 'photos' | 'jobs' | 'time' | 'resultBytes' | 'featureBytes'>,
  kind: EstimatedTerms['kind'],
  { pilot: texts }: Pick<Texts, 'pilot'>,
  { duration, bytes }: Pick<Formats, 'duration' | 'bytes'>,
): string[] {
  const { jobs, time, resultBytes, featureBytes } = estimate;
  if (jobs === 0) return [kind === 'score' ? texts.noCaptionDue : texts.nothingDue];
  const took = time === null ? texts.time.unknown : timeText(time, texts.time, duration);
  const results = resultBytes === null ? texts.disk.indexUnknown : texts.disk.results(bytes(resultBytes));
  const features = featureBytes === null ? texts.disk.featuresUnknown : texts.disk.features(bytes(featureBytes));
  return [`${dueText(estimate, kind, texts.due)} · ${took}`, `${results}${featureBytes === 0 ? '' : ` · ${features}`}`];
}

function dueText(
  { photos, jobs }: Pick<Estimate, 'photos' | 'jobs'>,
  kind: EstimatedTerms['kind'],
  due: Texts['pilot']['due'],
): string {
  if (kind === 'ask') return due.answers(jobs, photos);
  return kind === 'score' ? due.captions(photos) : due.photos(photos);
}

function timeText(
  { source, ms, device }: NonNullable<Estimate['time']>,
  texts: Texts['pilot']['time'],
  duration: Formats['duration'],
): string {
  // Parts of a second are no more than a guess.
  const said = duration(ms < 1000 ? 1000 : ms < 60_000 ? Math.round(ms / 1000) * 1000 : ms);
  return source === 'runs' ? texts.runs(said, device === null ? null : deviceName(device)) : texts.processor(said);
}
