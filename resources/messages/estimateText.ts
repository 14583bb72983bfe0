/** @file What work will cost, in words: what is to be done, how long it takes, how much room. Pure; any process. */

import type { Estimate } from '../../preload/contract/pilots.ts';
import { deviceName } from './deviceName.ts';
import type { Formats } from './format.ts';
import type { Texts } from './texts.ts';

/** A line each. @param asks whether the results are answers */
export function estimateText(
  estimate: Pick<Estimate, 'photos' | 'jobs' | 'time' | 'resultBytes' | 'featureBytes'>,
  asks: boolean,
  { pilot: texts }: Pick<Texts, 'pilot'>,
  { duration, bytes }: Pick<Formats, 'duration' | 'bytes'>,
): string[] {
  const { photos, jobs, time, resultBytes, featureBytes } = estimate;
  if (jobs === 0) return [texts.nothingDue];
  const took = time === null ? texts.time.unknown : timeText(time, texts.time, duration);
  const due = asks ? texts.due.answers(jobs, photos) : texts.due.photos(photos);
  const features = featureBytes === null ? texts.disk.featuresUnknown : texts.disk.features(bytes(featureBytes));
  return [`${due} · ${took}`, `${texts.disk.results(bytes(resultBytes))}${featureBytes === 0 ? '' : ` · ${features}`}`];
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
