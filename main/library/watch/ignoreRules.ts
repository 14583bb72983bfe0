/** @file Which files and folders of a root are passed over. Main process, CLI. */
import type { Root } from '../catalog/photos/roots.ts';
import { hasPhotoExtension, isPassedOver } from '../photos/photoKinds.ts';
import { ignorePatterns } from './ignorePatterns.ts';

export interface IgnoreRules {
  /** Whether a folder is looked into. The path is from the root, parts joined by '/'. */
  takesFolder(relativePath: string): boolean;
  /** Whether a file is taken for a photo. */
  takesFile(relativePath: string): boolean;
}

/** Hidden and system files, other programs' insides, what is no photo by its extension, and the root's patterns, which are those of .gitignore. */
export function ignoreRules({ ignored, nameRule }: Pick<Root, 'ignored' | 'nameRule'>): IgnoreRules {
  const patterns = ignorePatterns(ignored, { ignoresCase: nameRule === 'caseless' });
  const isOurs = (relativePath: string) => {
    const names = relativePath.split('/');
    return !isPassedOver(names.at(-1) ?? '', names.at(-2));
  };
  return {
    takesFolder: (relativePath) => isOurs(relativePath) && !patterns.ignoresFolder(relativePath),
    takesFile: (relativePath) =>
      hasPhotoExtension(relativePath) && isOurs(relativePath) && !patterns.ignoresFile(relativePath),
  };
}
