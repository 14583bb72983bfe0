/** @file The person's own presets. The built-in ones are code; one of the person's stands in the place of a built-in one of its name. */
import { builtInPresets } from '../../prompting/builtInPresets.ts';
import {
  type ListedPreset,
  type OwnPreset,
  ownPresetSchema,
  presetCalled,
  presetNameSchema,
  presetsBeside,
} from '../../prompting/presetList.ts';
import { PromptingError } from '../../prompting/promptingError.ts';
import type { CatalogConnection } from '../connection.ts';

export class PresetStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** Built-in ones first, then the person's by name. */
  list(): ListedPreset[] {
    const rows = this.#connection
      .prepare<[], { name: string; body: string }>('SELECT name, body FROM preset ORDER BY name')
      .all();
    return presetsBeside(new Map(rows.map(({ name, body }) => [name, ownPresetSchema.parse(JSON.parse(body))])));
  }

  /** @throws PromptingError PRESET_NOT_FOUND */
  find(name: string): ListedPreset {
    return presetCalled(name, this.list());
  }

  /** Adds a preset of the person's, or replaces it. @throws PromptingError PRESET_NAME_INVALID */
  save(name: string, preset: OwnPreset): void {
    if (!presetNameSchema.safeParse(name).success) {
      throw new PromptingError(
        'PRESET_NAME_INVALID',
        `A preset cannot be called "${name}": a name begins with a letter or a digit and has at most 64 letters, digits, spaces, dots, dashes and underscores.`,
        { name },
      );
    }
    this.#connection.write(() => {
      this.#connection
        .prepare<[string, string, number]>(
          `INSERT INTO preset (name, body, updated_at_ms) VALUES (?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET body = excluded.body, updated_at_ms = excluded.updated_at_ms`,
        )
        .run(name, JSON.stringify(preset), Math.floor(this.#connection.nowMs()));
    });
  }

  /** @throws PromptingError PRESET_NOT_FOUND when the person has no such preset */
  remove(name: string): void {
    const { changes } = this.#connection.write(() =>
      this.#connection.prepare<[string]>('DELETE FROM preset WHERE name = ?').run(name),
    );
    if (changes === 0) {
      const isBuiltIn = builtInPresets.some((preset) => preset.name === name);
      const sentence = isBuiltIn ? `The preset ${name} is a built-in one.` : `You have no preset called ${name}.`;
      throw new PromptingError('PRESET_NOT_FOUND', sentence, { name });
    }
  }
}
