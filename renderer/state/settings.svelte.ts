/** @file The person's settings, changed at once here and kept by the library. Renderer only. */
import type { Settings } from '../../preload/contract/models.ts';
import type { Client } from './connection.ts';

export const defaultSettings: Settings = {
  captionModelId: null,
  matchingModelId: null,
  featureCacheGB: 8,
  device: 'auto',
  modelIdleMinutes: 5,
  photosAtOnce: null,
  graceDays: 30,
  quietHours: null,
  pauseOnBattery: true,
  keepAwake: true,
  networkOff: false,
  theme: 'system',
  density: 'comfortable',
  language: 'system',
  tourSeen: true,
  savedSearches: [],
};

export class SettingsState {
  readonly #client: Client;
  #settings = $state.raw<Settings>(defaultSettings);
  #loaded = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  get all(): Settings {
    return this.#settings;
  }

  /** Until then, the defaults show. */
  get loaded(): boolean {
    return this.#loaded;
  }

  async load(): Promise<void> {
    this.#settings = await this.#client.settings.get();
    this.#loaded = true;
  }

  /** @throws what the library refused; the setting is then what it was */
  async change(change: Partial<Settings>): Promise<void> {
    const before = this.#settings;
    this.#settings = { ...before, ...change };
    try {
      this.#settings = await this.#client.settings.set(change);
    } catch (error) {
      this.#settings = before;
      throw error;
    }
  }
}
