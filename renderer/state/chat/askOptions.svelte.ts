/** @file How the next question is asked: which model, and how it answers. Remembered by this browser. Renderer only. */
import type { GenerationOverrides } from '../../../preload/contract/chat.ts';
import type { KeptText } from '../keptText.ts';

const storageKey = 'vignette:ask';

export interface AskChoice {
  /** Null: the model that is taken where none is named. */
  readonly modelId: string | null;
  readonly settings: GenerationOverrides;
}

const noChoice: AskChoice = { modelId: null, settings: {} };

function numberIn(value: unknown, least: number, most: number, isWhole: boolean): number | undefined {
  const fits = typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  return fits ? value : undefined;
}

/** Whatever was stored, by whichever version, gives settings that the library accepts. */
export function parseAskChoice(text: string | null): AskChoice {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    return noChoice;
  }
  if (typeof stored !== 'object' || stored === null) return noChoice;
  const modelId: unknown = Reflect.get(stored, 'modelId');
  const settings: unknown = Reflect.get(stored, 'settings');
  const at = (key: string): unknown =>
    typeof settings === 'object' && settings !== null ? Reflect.get(settings, key) : undefined;
  return {
    modelId: typeof modelId === 'string' ? modelId : null,
    settings: definedOf({
      numBeams: numberIn(at('numBeams'), 1, 16, true),
      maxNewTokens: numberIn(at('maxNewTokens'), 1, 1024, true),
      sample: at('sample') === true ? true : undefined,
      temperature: numberIn(at('temperature'), 0.05, 10, false),
      topP: numberIn(at('topP'), 0.01, 1, false),
      seed: numberIn(at('seed'), 0, 2 ** 32 - 1, true),
    }),
  };
}

/** Each of the settings, undefined where it is the default. */
export type SettingsChange = { readonly [Key in keyof GenerationOverrides]: GenerationOverrides[Key] | undefined };

function definedOf(settings: SettingsChange): GenerationOverrides {
  const { numBeams, maxNewTokens, sample, temperature, topP, seed } = settings;
  return {
    ...(numBeams !== undefined && { numBeams }),
    ...(maxNewTokens !== undefined && { maxNewTokens }),
    ...(sample !== undefined && { sample }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(seed !== undefined && { seed }),
  };
}

export class AskOptions {
  readonly #storage: Pick<KeptText, 'getItem' | 'setItem'>;
  #choice = $state.raw<AskChoice>(noChoice);

  readonly isDefault: boolean = $derived(Object.keys(this.#choice.settings).length === 0);

  constructor(storage: Pick<KeptText, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    this.#choice = parseAskChoice(storage.getItem(storageKey));
  }

  get modelId(): string | null {
    return this.#choice.modelId;
  }

  get settings(): GenerationOverrides {
    return this.#choice.settings;
  }

  chooseModel(modelId: string | null): void {
    this.#keep({ ...this.#choice, modelId });
  }

  change(change: SettingsChange): void {
    this.#keep({ ...this.#choice, settings: definedOf({ ...this.#choice.settings, ...change }) });
  }

  reset(): void {
    this.#keep({ ...this.#choice, settings: {} });
  }

  #keep(choice: AskChoice): void {
    this.#choice = choice;
    this.#storage.setItem(storageKey, JSON.stringify(choice));
  }
}
