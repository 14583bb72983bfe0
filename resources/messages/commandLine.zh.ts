/** @file 简体中文: what only the command line says. Its help is English in every language. */
import type { commandLine as en } from './commandLine.en.ts';

export const commandLine: typeof en = {
  didYouMean: (suggestion) => `是否想写 ${suggestion}`,
};
