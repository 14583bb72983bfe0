/** @file What a tag operation is called in the history. The page says it in the language of the moment. Pure; any process. */
import type { TagOperation } from './tagOperations.ts';

/** For the list of runs. */
export function tagRunName(operation: TagOperation): string {
  switch (operation.type) {
    case 'add':
      return `Add the tag ${named(operation.paths)}`;
    case 'remove':
      return `Remove the tag ${named(operation.paths)}`;
    case 'move':
      return `Move the tag ${named(operation.paths)} ${operation.below === '' ? 'to the top' : `below ${operation.below}`}`;
    case 'merge':
      return `Turn the tag ${named(operation.from)} into ${operation.into}`;
    case 'replace':
      return `Replace ${operation.pattern} by ${operation.replacement} in tags`;
    case 'keep-only':
      return `Keep the tags of a vocabulary of ${operation.paths.length}`;
    case 'drop-implied':
      return 'Drop tags that deeper ones imply';
  }
}

function named(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
