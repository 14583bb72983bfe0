/** @file How answers are generated, as far as a person sets it: of the next question, of many photos, of an answer that was given. Pure. */
import type { GenerationOverrides } from '../../../preload/contract/chat.ts';

/** What is meant where nothing is set, of the settings that are numbers. */
export const generationDefaults = { numBeams: 1, maxNewTokens: 64, temperature: 1, topP: 1, seed: 0 } as const;

/** Each of the settings, undefined where it is the default. */
export type SettingsChange = { readonly [Key in keyof GenerationOverrides]: GenerationOverrides[Key] | undefined };

export function withChange(settings: GenerationOverrides, change: SettingsChange): GenerationOverrides {
  const { numBeams, maxNewTokens, sample, temperature, topP, seed } = { ...settings, ...change };
  return {
    ...(numBeams !== undefined && { numBeams }),
    ...(maxNewTokens !== undefined && { maxNewTokens }),
    ...(sample !== undefined && { sample }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(seed !== undefined && { seed }),
  };
}

/** Whatever was stored, by whichever version, gives settings that the library accepts. */
export function overridesIn(stored: unknown): GenerationOverrides {
  const at = (key: string): unknown =>
    typeof stored === 'object' && stored !== null ? Reflect.get(stored, key) : undefined;
  return withChange(
    {},
    {
      numBeams: numberIn(at('numBeams'), 1, 16, true),
      maxNewTokens: numberIn(at('maxNewTokens'), 1, 1024, true),
      sample: at('sample') === true ? true : undefined,
      temperature: numberIn(at('temperature'), 0.05, 10, false),
      topP: numberIn(at('topP'), 0.01, 1, false),
      seed: numberIn(at('seed'), 0, 2 ** 32 - 1, true),
    },
  );
}

/** Of an answer, whose settings say everything: what was not as usual. What belongs to sampling means nothing without it. */
export function unusualIn(settings: unknown): GenerationOverrides {
  const all = overridesIn(settings);
  const unusual = <Key extends keyof typeof generationDefaults>(key: Key) =>
    all[key] === generationDefaults[key] ? undefined : all[key];
  const [numBeams, maxNewTokens] = [unusual('numBeams'), unusual('maxNewTokens')];
  if (all.sample !== true) return withChange({}, { numBeams, maxNewTokens });
  const chance = { temperature: unusual('temperature'), topP: unusual('topP'), seed: unusual('seed') };
  return withChange({ sample: true }, { numBeams, maxNewTokens, ...chance });
}

function numberIn(value: unknown, least: number, most: number, isWhole: boolean): number | undefined {
  const fits = typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  return fits ? value : undefined;
}
