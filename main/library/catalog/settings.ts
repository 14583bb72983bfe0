/** @file What the person decided about the library, by key. A key that was never set has its default. */
import * as z from 'zod';
import { deviceChoiceSchema } from '../../../native-models/devices/device.ts';
import { CatalogError } from './catalogError.ts';
import type { CatalogConnection } from './connection.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day, HH:MM');

/** Every setting there is: what it may be, and what it is at first. */
export const settingSchemas = {
  /** How long a photo is kept whose file is gone, unless a person wrote something about it. */
  graceDays: z.int().min(1).max(36_500).default(30),
  /** Between these times of the computer's clock the queue rests; from 22:00 to 07:00 is one night. */
  quietHours: z.object({ from: clockTime, to: clockTime }).nullable().default(null),
  /** The queue rests while a laptop runs on its battery. */
  pauseOnBattery: z.boolean().default(true),
  /** The computer does not go to sleep by itself while the queue works. Of the desktop application only. */
  keepAwake: z.boolean().default(true),
  /** The person paused the whole queue. */
  queuePaused: z.boolean().default(false),
  /** Questions that a model works on together; null: as many as its device and the memory allow. */
  photosAtOnce: z.int().min(1).max(64).nullable().default(null),
  /** What models are computed on; `auto` is the best that the machine has. */
  device: deviceChoiceSchema.default('auto'),
  /** A model that nobody uses leaves the memory after so many minutes. */
  modelIdleMinutes: z.int().min(1).max(1440).default(5),
  /** Models that are held in memory at the same time. Two: one that writes and one that scores. */
  loadedModels: z.int().min(1).max(16).default(2),
  /** Room on the disk for the features of photos, in GB; 0 keeps none. 8 is enough for ten thousand photos and one large model. */
  featureCacheGB: z.number().min(0).max(100_000).default(8),
  /** The models that are taken where none is named; null: the one that was imported, else the bundled one. */
  captionModelId: z.string().nullable().default(null),
  matchingModelId: z.string().nullable().default(null),
  /** Nothing may use the network, not even what the person starts. */
  networkOff: z.boolean().default(false),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['comfortable', 'compact']).default('comfortable'),
  language: z.enum(['system', 'en', 'zh']).default('system'),
  /** The introduction was seen. */
  tourSeen: z.boolean().default(false),
  savedSearches: z.array(z.object({ name: z.string(), query: z.string() })).default([]),
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
