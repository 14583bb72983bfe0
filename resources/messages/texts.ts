/**
 * @file Every visible string of the page and the desktop, by area and language; what only the command line says stands in
 * `commandLine/`. An area is two files: the English one says which keys there are, and a key that the other lacks does not
 * compile. Any process.
 */

import type { Language, LanguageChoice } from '../../schemas/choices.ts';
import { bulk as bulkEn } from './bulk.en.ts';
import { bulk as bulkZh } from './bulk.zh.ts';
import { chat as chatEn } from './chat.en.ts';
import { chat as chatZh } from './chat.zh.ts';
import { common as commonEn } from './common.en.ts';
import { common as commonZh } from './common.zh.ts';
import { compare as compareEn } from './compare.en.ts';
import { compare as compareZh } from './compare.zh.ts';
import { desktop as desktopEn } from './desktop.en.ts';
import { desktop as desktopZh } from './desktop.zh.ts';
import { errors as errorsEn } from './errors.en.ts';
import { errors as errorsZh } from './errors.zh.ts';
import { exports as exportsEn } from './export.en.ts';
import { exports as exportsZh } from './export.zh.ts';
import { facets as facetsEn } from './facets.en.ts';
import { facets as facetsZh } from './facets.zh.ts';
import { fields as fieldsEn } from './fields.en.ts';
import { fields as fieldsZh } from './fields.zh.ts';
import { frame as frameEn } from './frame.en.ts';
import { frame as frameZh } from './frame.zh.ts';
import { imports as importsEn } from './imports.en.ts';
import { imports as importsZh } from './imports.zh.ts';
import { library as libraryEn } from './library.en.ts';
import { library as libraryZh } from './library.zh.ts';
import { map as mapEn } from './map.en.ts';
import { map as mapZh } from './map.zh.ts';
import { marks as marksEn } from './marks.en.ts';
import { marks as marksZh } from './marks.zh.ts';
import { modelDownloads as modelDownloadsEn } from './modelDownloads.en.ts';
import { modelDownloads as modelDownloadsZh } from './modelDownloads.zh.ts';
import { models as modelsEn } from './models.en.ts';
import { models as modelsZh } from './models.zh.ts';
import { notices as noticesEn } from './notices.en.ts';
import { notices as noticesZh } from './notices.zh.ts';
import { photo as photoEn } from './photo.en.ts';
import { photo as photoZh } from './photo.zh.ts';
import { pilot as pilotEn } from './pilot.en.ts';
import { pilot as pilotZh } from './pilot.zh.ts';
import { queue as queueEn } from './queue.en.ts';
import { queue as queueZh } from './queue.zh.ts';
import { review as reviewEn } from './review.en.ts';
import { review as reviewZh } from './review.zh.ts';
import { runs as runsEn } from './runs.en.ts';
import { runs as runsZh } from './runs.zh.ts';
import { settings as settingsEn } from './settings.en.ts';
import { settings as settingsZh } from './settings.zh.ts';
import { tags as tagsEn } from './tags.en.ts';
import { tags as tagsZh } from './tags.zh.ts';

const en = {
  chat: chatEn,
  common: commonEn,
  compare: compareEn,
  desktop: desktopEn,
  errors: errorsEn,
  exports: exportsEn,
  facets: facetsEn,
  fields: fieldsEn,
  frame: frameEn,
  imports: importsEn,
  library: libraryEn,
  map: mapEn,
  marks: marksEn,
  notices: noticesEn,
  photo: photoEn,
  pilot: pilotEn,
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
export type DesktopTexts = Texts['desktop'];

const zh: Texts = {
  chat: chatZh,
  common: commonZh,
  compare: compareZh,
  desktop: desktopZh,
  errors: errorsZh,
  exports: exportsZh,
  facets: facetsZh,
  fields: fieldsZh,
  frame: frameZh,
  imports: importsZh,
  library: libraryZh,
  map: mapZh,
  marks: marksZh,
  notices: noticesZh,
  photo: photoZh,
  pilot: pilotZh,
  review: reviewZh,
  bulk: bulkZh,
  modelDownloads: modelDownloadsZh,
  models: modelsZh,
  queue: queueZh,
  runs: runsZh,
  settings: settingsZh,
  tags: tagsZh,
};

export const texts: Readonly<Record<Language, Texts>> = { en, zh };

/** As their speakers call them. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

function isLanguage(code: string): code is Language {
  return Object.hasOwn(texts, code);
}

/** @param preferred the languages of the system or browser, the first one first */
export function systemLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const code = tag.toLowerCase().replace(/-.*/, '');
    if (isLanguage(code)) return code;
  }
  return 'en';
}

export function languageOf(setting: LanguageChoice, preferred: readonly string[]): Language {
  return setting === 'system' ? systemLanguage(preferred) : setting;
}
