/** @file Which presets are offered for a kind of text. Pure. */
import type { Preset } from '../../preload/contract/models.ts';
import type { TextKind } from '../../schemas/text.ts';

/** Chosen where nobody chose another. */
const names: Readonly<Record<TextKind, string>> = {
  caption: 'caption',
  altText: 'alt-text',
  longDescription: 'long-description',
};

/** Undefined where there are none. @param presets as `presetsFor` gives them */
export function defaultPresetFor(kind: TextKind, presets: readonly Preset[]): string | undefined {
  return (presets.find(({ name }) => name === names[kind]) ?? presets[0])?.name;
}

/** Those for the kind first, then the others, each in their order; without those that need a question or are one. */
export function presetsFor(kind: TextKind, presets: readonly Preset[]): Preset[] {
  const usable = presets.filter(({ needsQuestion, writes }) => !needsQuestion && writes !== 'answer');
  return [...usable.filter(({ writes }) => writes === kind), ...usable.filter(({ writes }) => writes !== kind)];
}

/** Questions to choose from, which may have blanks. Those with placeholders are for the command line, which fills them in. */
export function savedQuestions(presets: readonly Preset[]): Preset[] {
  return presets.filter(({ writes, kind, text }) => writes === 'answer' && kind === 'question' && !/[{}]/.test(text));
}
