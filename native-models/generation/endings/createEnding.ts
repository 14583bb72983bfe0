/** @file The rules that end a sequence, as one. */
import type { GenerationSettings } from '../../runtime/protocol.ts';
import type { TokenizerAdapter } from '../tokenizerAdapter.ts';
import type { StoppingCriterion } from './ending.ts';
import { repetitionLoop } from './repetitionLoop.ts';
import { stopStrings } from './stopStrings.ts';

/** What the model itself says comes first: an end token is the reason also where the length limit is reached with it. */
export function createStoppingCriteria(
  settings: GenerationSettings,
  eosTokenIds: ReadonlySet<number>,
  text: TokenizerAdapter | undefined,
): StoppingCriterion {
  const { stop, stopOnLoop, maxNewTokens } = settings;
  const rules: StoppingCriterion[] = [
    ({ ids, promptLength }) => (ids.length > promptLength && eosTokenIds.has(ids.at(-1) ?? -1) ? 'eos' : undefined),
  ];
  if (stop.length > 0) rules.push(stopStrings(stop, text));
  if (stopOnLoop) rules.push(repetitionLoop);
  rules.push(({ ids, promptLength }) => (ids.length - promptLength >= maxNewTokens ? 'length' : undefined));
  return (history) => {
    for (const rule of rules) {
      const reason = rule(history);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}
