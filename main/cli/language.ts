/** @file The language that the command line speaks, by the system's variables, and all its texts. */
import { type CommandLineTexts, commandLineTexts } from '../../resources/messages/commandLine/texts.ts';
import { chinese, english, type Formats } from '../../resources/messages/format.ts';
import { languageOf, type Texts, texts } from '../../resources/messages/texts.ts';
import type { Language } from '../../schemas/choices.ts';
import type { CliContext } from './cliContext.ts';

const formats: Readonly<Record<Language, Formats>> = { en: english, zh: chinese };

/** Its own, and those that it shares with the page: of errors, notices and runs. */
export interface CliTexts extends Texts {
  readonly commandLine: CommandLineTexts;
  readonly format: Formats;
}

/** The first that is set decides, as for every POSIX program. `zh_CN.UTF-8` is Chinese; `C` and all else English. */
export function languageOfSystem({ env }: Pick<CliContext, 'env'>): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return languageOf('system', [(locale ?? '').replace(/[._@].*$/, '')]);
}

export function textsOf(context: Pick<CliContext, 'env'>): CliTexts {
  const language = languageOfSystem(context);
  return { ...texts[language], commandLine: commandLineTexts[language], format: formats[language] };
}
