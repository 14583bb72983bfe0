/** @file The language of the command line's titles and error sentences, by the system's variables. */
import { languageOf, type Texts, texts } from '../../resources/messages/texts.ts';
import type { Language } from '../../schemas/choices.ts';
import type { CliContext } from './cliContext.ts';

/** The first that is set decides, as for every POSIX program. `zh_CN.UTF-8` is Chinese; `C` and all else English. */
export function languageOfSystem({ env }: Pick<CliContext, 'env'>): Language {
  const locale = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '');
  return languageOf('system', [(locale ?? '').replace(/[._@].*$/, '')]);
}

export function textsOf(context: Pick<CliContext, 'env'>): Texts {
  return texts[languageOfSystem(context)];
}
