/**
 * @file What only the command line says, by area and language, apart from the texts of the page, which need not load it.
 * An area is two files: a key that the Chinese one lacks does not compile. Any process.
 */
import type { Language } from '../../../schemas/choices.ts';
import { general as generalEn } from './general.en.ts';
import { general as generalZh } from './general.zh.ts';
import { help as helpEn } from './help.en.ts';
import { help as helpZh } from './help.zh.ts';
import { imports as importsEn } from './imports.en.ts';
import { imports as importsZh } from './imports.zh.ts';
import { library as libraryEn } from './library.en.ts';
import { library as libraryZh } from './library.zh.ts';
import { models as modelsEn } from './models.en.ts';
import { models as modelsZh } from './models.zh.ts';
import { options as optionsEn } from './options.en.ts';
import { options as optionsZh } from './options.zh.ts';
import { photos as photosEn } from './photos.en.ts';
import { photos as photosZh } from './photos.zh.ts';
import { runs as runsEn } from './runs.en.ts';
import { runs as runsZh } from './runs.zh.ts';
import { usage as usageEn } from './usage.en.ts';
import { usage as usageZh } from './usage.zh.ts';

const en = {
  general: generalEn,
  help: helpEn,
  imports: importsEn,
  library: libraryEn,
  models: modelsEn,
  options: optionsEn,
  photos: photosEn,
  runs: runsEn,
  usage: usageEn,
};

export type CommandLineTexts = typeof en;
export type OptionTexts = CommandLineTexts['options'];

const zh: CommandLineTexts = {
  general: generalZh,
  help: helpZh,
  imports: importsZh,
  library: libraryZh,
  models: modelsZh,
  options: optionsZh,
  photos: photosZh,
  runs: runsZh,
  usage: usageZh,
};

export const commandLineTexts: Readonly<Record<Language, CommandLineTexts>> = { en, zh };
