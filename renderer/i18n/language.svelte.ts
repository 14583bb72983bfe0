/** @file The language of the page: its texts, and how it writes numbers and dates. Renderer only. */

import { type Formats, formatsFor } from '../../resources/messages/format.ts';
import { systemLanguage, type Texts, texts } from '../../resources/messages/texts.ts';
import type { Language } from '../../schemas/choices.ts';
import type { Settings } from '../../schemas/settings.ts';

const plainLocales: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

export class LanguageState {
  #setting = $state<Settings['language']>('system');

  readonly current: Language = $derived(
    this.#setting === 'system' ? systemLanguage(navigator.languages) : this.#setting,
  );
  readonly texts: Texts = $derived(texts[this.current]);
  /** With the region of the system, where its language is the page's. */
  readonly locale: string = $derived(
    navigator.languages.find((tag) => tag.split('-')[0] === this.current) ?? plainLocales[this.current],
  );
  readonly format: Formats = $derived(formatsFor(this.locale));

  choose(setting: Settings['language']): void {
    this.#setting = setting;
  }
}
