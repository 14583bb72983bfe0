/** @file The kinds of texts, as they are named on the command line. */
import type { TextKind } from '../../schemas/text.ts';
import { UsageError } from './exitCodes.ts';

const kindsByName: ReadonlyMap<string, TextKind> = new Map([
  ['caption', 'caption'],
  ['alt-text', 'altText'],
  ['long-description', 'longDescription'],
]);

export const writtenKinds: readonly string[] = [...kindsByName.keys()];

/** @param flag that has the name as its value @throws UsageError for a name that is none */
export function kindNamed(flag: string, name: string): TextKind {
  const kind = kindsByName.get(name);
  if (kind === undefined) throw new UsageError((usage) => usage.noChoice(flag, writtenKinds, name));
  return kind;
}
