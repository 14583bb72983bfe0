/** @file The person's settings, changed at once here and kept by the library. Renderer only. */
import { defaultSettings } from '../../schemas/defaultSettings.ts';
import type { Settings } from '../../schemas/settings.ts';
import type { Client } from './connection.ts';

/** Until the library's are here. The introduction would only flash by. */
const settingsAtFirst: Settings = { ...defaultSettings, tourSeen: true };

export class SettingsState {
  readonly #client: Client;
  #stored = $state.raw<Settings>(settingsAtFirst);
  #unsaved = $state.raw<readonly Partial<Settings>[]>([]);
  readonly #settings = $derived<Settings>(Object.assign({}, this.#stored, ...this.#unsaved));
  #lastSaved: Promise<unknown> = Promise.resolve();
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
    this.#stored = await this.#client.settings.get();
    this.#loaded = true;
  }

  /**
   * Shown at once and saved after what was changed before it: a slower answer would take away what came later.
   * @throws what the library refused; the setting is then what it was
   */
  async change(change: Partial<Settings>): Promise<void> {
    this.#unsaved = [...this.#unsaved, change];
    const saved = this.#lastSaved.then(() => this.#client.settings.set(change));
    this.#lastSaved = saved.catch(() => {});
    try {
      this.#stored = await saved;
    } finally {
      this.#unsaved = this.#unsaved.filter((unsaved) => unsaved !== change);
    }
  }
}
