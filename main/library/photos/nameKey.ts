/** @file How a file system compares names, and the key under which the catalog keeps a name. Pure; any process. */

/**
 * - `exact`: by their characters (Linux).
 * - `normalised`: however accents are composed (macOS with a case-sensitive disk).
 * - `caseless`: also whatever their case (macOS, Windows, FAT).
 */
export type NameRule = 'exact' | 'normalised' | 'caseless';

export function isNameRule(value: string): value is NameRule {
  return value === 'exact' || value === 'normalised' || value === 'caseless';
}

/** Equal for two names (or paths) that lead to the same file. */
export function nameKey(rule: NameRule, name: string): string {
  switch (rule) {
    case 'exact':
      return name;
    case 'normalised':
      return name.normalize('NFC');
    case 'caseless':
      // Upper case first: some letters have several lower-case forms (final sigma) but one capital.
      return name.normalize('NFC').toUpperCase().toLowerCase();
  }
}
