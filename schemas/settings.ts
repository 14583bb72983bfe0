/** @file The settings that a person changes: what each may be. Any process; data only. */
import * as z from 'zod';
import { densities, deviceChoices, languageChoices, themes } from './choices.ts';
import { nameSchema } from './text.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day, HH:MM');

export const settingsSchema = z.object({
  /** The models that are taken where none is named; null: the one that was imported, else the bundled one. */
  captionModelId: z.string().nullable(),
  matchingModelId: z.string().nullable(),
  /** Room on the disk for the features of photos, in GB; 0 keeps none. 8 is enough for ten thousand photos and one large model. */
  featureCacheGB: z.number().min(0).max(100_000),
  /** What models are computed on; `auto` is the best that the machine has. */
  device: z.enum(deviceChoices),
  /** A model that nobody uses leaves the memory after so many minutes. */
  modelIdleMinutes: z.int().min(1).max(1440),
  /** Questions that a model works on together; null: as many as its device and the memory allow. */
  photosAtOnce: z.int().min(1).max(64).nullable(),
  /** How long a photo is kept whose file is gone, unless a person wrote something about it. */
  graceDays: z.int().min(1).max(36_500),
  /** Between these times of the computer's clock the queue rests; from 22:00 to 07:00 is one night. */
  quietHours: z.object({ from: clockTime, to: clockTime }).nullable(),
  /** Photos are indexed for visual search by themselves, after all other work. */
  indexInBackground: z.boolean(),
  /** The queue rests while a laptop runs on its battery. */
  pauseOnBattery: z.boolean(),
  /** The computer does not go to sleep by itself while the queue works. Of the desktop application only. */
  keepAwake: z.boolean(),
  /** Nothing may use the network, not even what the person starts. Vignette never does by itself. */
  networkOff: z.boolean(),
  theme: z.enum(themes),
  density: z.enum(densities),
  language: z.enum(languageChoices),
  /** The introduction was seen. */
  tourSeen: z.boolean(),
  savedSearches: z.array(z.object({ name: nameSchema, query: z.string() })).max(1000),
});
export type Settings = z.output<typeof settingsSchema>;
