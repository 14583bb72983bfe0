/** @file What the person decided about the library, by key. A key that was never set has its default. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { defaultSettings as initial } from '../../../schemas/defaultSettings.ts';
import { settingsSchema } from '../../../schemas/settings.ts';
import { CatalogError } from './catalogError.ts';
import type { CatalogConnection } from './connection.ts';

const { shape } = settingsSchema;

/** Every setting there is: what it may be, and what it is at first. */
export const settingSchemas = {
  captionModelId: shape.captionModelId.default(initial.captionModelId),
  matchingModelId: shape.matchingModelId.default(initial.matchingModelId),
  featureCacheGB: shape.featureCacheGB.default(initial.featureCacheGB),
  device: shape.device.default(initial.device),
  modelIdleMinutes: shape.modelIdleMinutes.default(initial.modelIdleMinutes),
  photosAtOnce: shape.photosAtOnce.default(initial.photosAtOnce),
  graceDays: shape.graceDays.default(initial.graceDays),
  quietHours: shape.quietHours.default(initial.quietHours),
  indexInBackground: shape.indexInBackground.default(initial.indexInBackground),
  pauseOnBattery: shape.pauseOnBattery.default(initial.pauseOnBattery),
  keepAwake: shape.keepAwake.default(initial.keepAwake),
  networkOff: shape.networkOff.default(initial.networkOff),
  theme: shape.theme.default(initial.theme),
  density: shape.density.default(initial.density),
  language: shape.language.default(initial.language),
  tourSeen: shape.tourSeen.default(initial.tourSeen),
  savedSearches: shape.savedSearches.default(initial.savedSearches),
  /** At random, so that pages tell libraries apart; empty until it is first asked for. */
  libraryId: z.string().max(64).default(''),
  /** The person paused the whole queue. */
  queuePaused: z.boolean().default(false),
  /** Models that are held in memory at the same time. Two: one that writes and one that scores. */
  loadedModels: z.int().min(1).max(16).default(2),
} satisfies Record<string, z.ZodType>;

export type SettingKey = keyof typeof settingSchemas;
export type SettingValue<Key extends SettingKey> = z.output<(typeof settingSchemas)[Key]>;

export class SettingStore {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  get<Key extends SettingKey>(key: Key): SettingValue<Key> {
    const stored = this.#connection
      .prepare<[string], string>('SELECT value FROM setting WHERE key = ?')
      .pluck()
      .get(key);
    const parsed = settingSchemas[key].safeParse(stored === undefined ? undefined : JSON.parse(stored));
    // Written by a version that knew other values: better the default than none. What a key's schema gives out is its value.
    return (parsed.success ? parsed.data : settingSchemas[key].parse(undefined)) as SettingValue<Key>;
  }

  /** By which pages tell this library from others, wherever it lies. */
  libraryId(): string {
    const known = this.get('libraryId');
    if (known !== '') return known;
    const made = randomUUID();
    this.set('libraryId', made);
    return made;
  }

  /** @throws CatalogError SETTING_INVALID */
  set<Key extends SettingKey>(key: Key, value: SettingValue<Key>): void {
    const parsed = settingSchemas[key].safeParse(value);
    if (!parsed.success) {
      const reason = z.prettifyError(parsed.error).replaceAll('\n', ' ');
      throw new CatalogError('SETTING_INVALID', `The setting ${key} cannot be ${JSON.stringify(value)}: ${reason}.`, {
        key,
        value,
      });
    }
    this.#connection.write(() => {
      this.#connection
        .prepare<[string, string]>(
          'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        )
        .run(key, JSON.stringify(parsed.data));
    });
  }
}
