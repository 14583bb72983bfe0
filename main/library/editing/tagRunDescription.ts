/** @file What a tag operation is in the history. Pure; any process. */
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { TagOperation } from '../../../schemas/tagOperation.ts';

export function tagRunDescription(operation: TagOperation): RunDescription {
  switch (operation.type) {
    case 'add':
      return { kind: 'addTag', ...named(operation.paths) };
    case 'remove':
      return { kind: 'removeTag', ...named(operation.paths) };
    case 'move':
      return { kind: 'moveTag', ...named(operation.paths), parent: operation.below };
    case 'merge':
      return { kind: 'mergeTags', ...named(operation.from), into: operation.into };
    case 'replace':
      return { kind: 'replaceInTags', pattern: operation.pattern, replacement: operation.replacement };
    case 'keep-only':
      return { kind: 'restrictTags', vocabulary: operation.paths.length };
    case 'drop-implied':
      return { kind: 'removeImpliedTags' };
  }
}

function named([tag = '', ...others]: readonly string[]): { readonly tag: string; readonly more: number } {
  return { tag, more: others.length };
}
