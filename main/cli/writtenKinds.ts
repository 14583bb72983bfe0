/** @file The kinds of texts, as they are named on the command line. */
import type { PresetUse, TextKind } from '../../schemas/text.ts';
import { UsageError } from './exitCodes.ts';

const kindsByName: ReadonlyMap<string, TextKind> = new Map([
  ['caption', 'caption'],
  ['alt-text', 'altText'],
  ['long-description', 'longDescription'],
]);

export const writtenKinds: readonly string[] = [...kindsByName.keys()];

const answers = 'answer';
/** What presets are for. */
export const presetUses: readonly string[] = [...writtenKinds, answers];

/** @param flag that has the name as its value @throws UsageError for a name that is none */
export function presetUseNamed(flag: string, name: string): PresetUse {
  const use = name === answers ? answers : kindsByName.get(name);
  if (use === undefined) throw new UsageError((usage) => usage.noChoice(flag, presetUses, name));
  return use;
}

/** @param flag that has the name as its value @throws UsageError for a name that is none */
export function kindNamed(flag: string, name: string): TextKind {
  const kind = kindsByName.get(name);
  if (kind === undefined) throw new UsageError((usage) => usage.noChoice(flag, writtenKinds, name));
  return kind;
}
