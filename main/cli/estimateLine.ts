/** @file What work on many photos will cost, on one line. Pure. */
import { estimateText } from '../../resources/messages/estimateText.ts';
import type { JobRunKind } from '../library/catalog/jobs/jobs.ts';
import type { WorkEstimate } from '../library/pilots/workEstimate.ts';
import type { CliTexts } from './language.ts';

export function estimateLine(estimate: WorkEstimate, kind: JobRunKind, texts: CliTexts): string {
  return estimateText(estimate, kind, texts, texts.format).join(' · ');
}
