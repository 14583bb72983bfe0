/** @file How the next question is asked: which model, and how it answers. Remembered by this browser. Renderer only. */
import type { GenerationOverrides } from '../../../preload/contract/chat.ts';
import type { KeptText } from '../keptText.ts';
import { overridesIn, type SettingsChange, withChange } from './generation.ts';

const storageKey = 'vignette:ask';

export interface AskChoice {
  /** Null: the model that is taken where none is named. */
  readonly modelId: string | null;
  readonly settings: GenerationOverrides;
}

const noChoice: AskChoice = { modelId: null, settings: {} };

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
  return {
    modelId: typeof modelId === 'string' ? modelId : null,
    settings: overridesIn(Reflect.get(stored, 'settings')),
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
    this.#keep({ ...this.#choice, settings: withChange(this.#choice.settings, change) });
  }

  reset(): void {
    this.#keep({ ...this.#choice, settings: {} });
  }

  #keep(choice: AskChoice): void {
    this.#choice = choice;
    this.#storage.setItem(storageKey, JSON.stringify(choice));
  }
}
