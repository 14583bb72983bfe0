/** @file The settings with which each question of some work is asked: the first one's are the run's, and others are kept with their questions. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { RunIdentity } from '../catalog/texts/provenance.ts';
import { questionKey } from '../catalog/texts/questionKey.ts';
import type { NewWork, OwnSettings } from './queue.ts';

/** @param asked follow-ups among them; of a question that is there twice, what the first says counts */
export function termsOfQuestions(
  identity: Omit<RunIdentity, 'settings'>,
  asked: readonly OwnSettings[],
): Pick<NewWork, 'identity' | 'ownSettings'> {
  const [first] = asked;
  if (first === undefined) throw new RangeError('there is nothing to be asked');
  const { settings } = first;
  const seen = new Set<string>();
  const ownSettings = asked.filter((one) => {
    const key = questionKey(one.question);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew && !isDeepStrictEqual(one.settings, settings);
  });
  return { identity: { ...identity, settings }, ...(ownSettings.length === 0 ? {} : { ownSettings }) };
}
