/** @file What the settings are at first. Any process; data only, which the page loads without its checks. */
import type { Settings } from './settings.ts';

export const defaultSettings: Settings = {
  captionModelId: null,
  matchingModelId: null,
  featureCacheGB: 8,
  device: 'auto',
  modelIdleMinutes: 5,
  photosAtOnce: null,
  graceDays: 30,
  quietHours: null,
  indexInBackground: true,
  pauseOnBattery: true,
  keepAwake: true,
  networkOff: false,
  theme: 'system',
  density: 'comfortable',
  language: 'system',
  tourSeen: false,
  savedSearches: [],
};
