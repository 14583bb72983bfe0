/**
 * @file Which files and folders of a root are passed over: what is no photo, and what patterns as in a .gitignore file
 * name, https://git-scm.com/docs/gitignore. They are a person's and meet any file name, so RE2 matches them: its time
 * grows with the name only, however many stars there are. Pure; any process.
 */
import { RE2JS } from 're2js';
import type { Root } from '../catalog/photos/roots.ts';
import { globSource } from '../photos/nameGlob.ts';
import { hasPhotoExtension, isPassedOver } from '../photos/photoKinds.ts';

export interface IgnoreRules {
  /** Whether a folder is looked into. The path is from the root, parts joined by '/'. */
  takesFolder(relativePath: string): boolean;
  /** Whether a file is taken for a photo; its folder is one that is looked into. */
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

export interface IgnorePatterns {
  /** Paths from the root, parts joined by '/'. What lies in an ignored folder is ignored. */
  ignoresFolder(relativePath: string): boolean;
  ignoresFile(relativePath: string): boolean;
}

interface Rule {
  readonly expression: RE2JS;
  /** Takes back what rules before it ignore. */
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** A line that no pattern can be made of, such as `[b-a]`, ignores nothing, as in Git. */
export function ignorePatterns(lines: readonly string[], options: { readonly ignoresCase: boolean }): IgnorePatterns {
  const rules = lines.flatMap((line) => line.split(/\r?\n/)).flatMap((line) => ruleOf(line, options.ignoresCase));
  const folders = new Map<string, boolean>();
  const isMatched = (relativePath: string, isFolder: boolean) => {
    const rule = rules.findLast(
      ({ expression, foldersOnly }) => (isFolder || !foldersOnly) && expression.testExact(relativePath),
    );
    return rule?.negated === false;
  };
  const ignoresFolder = (relativePath: string): boolean => {
    const known = folders.get(relativePath);
    if (known !== undefined) return known;
    const ignored = isBelowIgnored(relativePath) || isMatched(relativePath, true);
    folders.set(relativePath, ignored);
    return ignored;
  };
  const isBelowIgnored = (relativePath: string): boolean => {
    const end = relativePath.lastIndexOf('/');
    return end > 0 && ignoresFolder(relativePath.slice(0, end));
  };
  return {
    ignoresFolder,
    ignoresFile: (relativePath) => isBelowIgnored(relativePath) || isMatched(relativePath, false),
  };
}

function ruleOf(line: string, ignoresCase: boolean): Rule[] {
  if (line.startsWith('#')) return [];
  const trimmed = withoutTrailingSpaces(line);
  const negated = trimmed.startsWith('!');
  const pattern = negated ? trimmed.slice(1) : trimmed;
  const foldersOnly = pattern.endsWith('/');
  const body = foldersOnly ? pattern.slice(0, -1) : pattern;
  if (body === '') return [];
  try {
    const expression = RE2JS.compile(sourceOf(body), RE2JS.DOTALL | (ignoresCase ? RE2JS.CASE_INSENSITIVE : 0));
    return [{ expression, negated, foldersOnly }];
  } catch {
    return [];
  }
}

/** A space at the end counts only after a backslash. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === ' ' && line[end - 2] !== '\\') end -= 1;
  return line.slice(0, end);
}

/** A slash at the start or inside ties the pattern to the root; without one it holds at any depth. */
function sourceOf(body: string): string {
  const isTied = body.includes('/');
  const parts = (body.startsWith('/') ? body.slice(1) : body).split('/');
  const last = parts.length - 1;
  const sources = parts.map((part, index) => {
    if (part === '**' && isTied) return index === last ? '.+' : '(?:.+/)?';
    return globSource(part) + (index === last ? '' : '/');
  });
  return `${isTied ? '' : '(?:.*/)?'}${sources.join('')}`;
}
