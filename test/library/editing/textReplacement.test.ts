/** @file Find and replace by a regular expression: as JavaScript does it, but never for ever. */
import { describe, expect, it } from 'vitest';
import { textReplacer } from '../../../main/library/editing/textReplacement.ts';

describe('a replacement by a regular expression', () => {
  it.each<[pattern: string, flags: string, replacement: string, before: string, after: string]>([
    ['a', '', 'x', 'banana', 'bxnana'],
    ['a', 'g', 'x', 'banana', 'bxnxnx'],
    ['A', 'gi', '[$&]', 'banana', 'b[a]n[a]n[a]'],
    ['(?<year>\\d{4})-(\\d\\d)', 'gu', '$2.$<year>', '2024-05', '05.2024'],
    ['(a)(x)?', 'g', '<$1$2>', 'ab', '<a>b'],
    ['a', 'g', '$$1', 'a', '$1'],
    ['(?<=sea)gull', 'g', '-gull', 'seagull', 'sea-gull'],
    ['\\p{Lu}', 'gu', '_', 'aÄb', 'a_b'],
    ['\\u{1F600}', 'gu', 'smile', '😀', 'smile'],
    ['.', 'gu', 'x', '😀', 'x'],
    ['\\\\', 'g', '/', 'a\\b', 'a/b'],
  ])('replaces %s (%s) by %s as JavaScript does', (pattern, flags, replacement, before, after) => {
    expect(before.replace(new RegExp(pattern, `${flags.replace('u', '')}u`), replacement)).toBe(after);
    expect(textReplacer({ pattern, flags, replacement })(before)).toBe(after);
  });

  it.each(['^(a+)+$', '^(a|a)*$', '(a*)*b', '(.*a){30}b', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'searches no longer than the text is long: %s',
    (pattern) => {
      const text = `${'a'.repeat(200)}!`;
      expect(textReplacer({ pattern, flags: 'g', replacement: 'x' })(text)).toBe(text);
    },
  );

  it('says which of the things that JavaScript knows cannot be searched for so', () => {
    const attempt =
      (pattern: string, flags = 'g') =>
      () =>
        textReplacer({ pattern, flags, replacement: '' });
    const refused = (text: string) =>
      expect.objectContaining({ code: 'TAG_PATTERN_INVALID', message: expect.stringContaining(text) });
    expect(attempt('^(?!sea)')).toThrow(refused('lookaheads'));
    expect(attempt('(a)\\1')).toThrow(refused('backreferences'));
    expect(attempt('((a{1000}){1000}){1000}')).toThrow(refused('repeat'));
    expect(attempt('a', 'y')).toThrow(refused('flag y'));
  });
});
