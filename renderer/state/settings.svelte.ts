/** @file The person's settings, changed at once here and kept by the library. Renderer only. */
import { defaultSettings } from '../../schemas/defaultSettings.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { Client } from './connection.ts';

/** Until the library's are here. The introduction would only flash by. */
const settingsAtFirst: Settings = { ...defaultSettings, tourSeen: true };

export class SettingsState {
  readonly #client: Client;
  #settings = $state.raw<Settings>(settingsAtFirst);
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
