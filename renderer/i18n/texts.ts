/**
 * @file Every visible string, by area and language. An area is two files in messages/: the English one says which keys
 * there are, and a key that the other lacks does not compile. Renderer only.
 */

import { bulk as bulkEn } from './messages/bulk.en.ts';
import { bulk as bulkZh } from './messages/bulk.zh.ts';
import { chat as chatEn } from './messages/chat.en.ts';
import { chat as chatZh } from './messages/chat.zh.ts';
import { common as commonEn } from './messages/common.en.ts';
import { common as commonZh } from './messages/common.zh.ts';
import { exports as exportsEn } from './messages/export.en.ts';
import { exports as exportsZh } from './messages/export.zh.ts';
import { frame as frameEn } from './messages/frame.en.ts';
import { frame as frameZh } from './messages/frame.zh.ts';
import { library as libraryEn } from './messages/library.en.ts';
import { library as libraryZh } from './messages/library.zh.ts';
import { modelDownloads as modelDownloadsEn } from './messages/modelDownloads.en.ts';
import { modelDownloads as modelDownloadsZh } from './messages/modelDownloads.zh.ts';
import { models as modelsEn } from './messages/models.en.ts';
import { models as modelsZh } from './messages/models.zh.ts';
import { photo as photoEn } from './messages/photo.en.ts';
import { photo as photoZh } from './messages/photo.zh.ts';
import { queue as queueEn } from './messages/queue.en.ts';
import { queue as queueZh } from './messages/queue.zh.ts';
import { review as reviewEn } from './messages/review.en.ts';
import { review as reviewZh } from './messages/review.zh.ts';
import { runs as runsEn } from './messages/runs.en.ts';
import { runs as runsZh } from './messages/runs.zh.ts';
import { settings as settingsEn } from './messages/settings.en.ts';
import { settings as settingsZh } from './messages/settings.zh.ts';
import { tags as tagsEn } from './messages/tags.en.ts';
import { tags as tagsZh } from './messages/tags.zh.ts';

const en = {
  chat: chatEn,
  common: commonEn,
  exports: exportsEn,
  frame: frameEn,
  library: libraryEn,
  photo: photoEn,
  review: reviewEn,
  bulk: bulkEn,
  modelDownloads: modelDownloadsEn,
  models: modelsEn,
  queue: queueEn,
  runs: runsEn,
  settings: settingsEn,
  tags: tagsEn,
};

export type Texts = typeof en;

const zh: Texts = {
  chat: chatZh,
  common: commonZh,
  exports: exportsZh,
  frame: frameZh,
  library: libraryZh,
  photo: photoZh,
  review: reviewZh,
  bulk: bulkZh,
  modelDownloads: modelDownloadsZh,
  models: modelsZh,
  queue: queueZh,
  runs: runsZh,
  settings: settingsZh,
  tags: tagsZh,
};

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export const texts: Readonly<Record<Language, Texts>> = { en, zh };

/** As their speakers call them. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** The first of the browser's languages that there are texts for. */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const found = languages.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found !== undefined) return found;
  }
  return 'en';
}
