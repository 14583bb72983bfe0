/** @file Which commands fit what was typed into the palette, the best first. Pure; renderer only. */

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Lower is better; undefined where a letter is missing. */
function distance(title: string, typed: string): number | undefined {
  const at = title.indexOf(typed);
  if (at >= 0) return at === 0 || /\P{L}/u.test(title.charAt(at - 1)) ? at / 1000 : 1 + at / 1000;
  // The letters in order, as in `gtm` for “go to models”.
  let from = 0;
  let gaps = 0;
  for (const letter of typed) {
    const found = title.indexOf(letter, from);
    if (found < 0) return undefined;
    gaps += found - from;
    from = found + letter.length;
  }
  return 10 + gaps;
}

export function matching<T>(items: readonly T[], titleOf: (item: T) => string, typed: string): T[] {
  const wanted = fold(typed.trim());
  if (wanted === '') return [...items];
  return items
    .map((item) => ({ item, far: distance(fold(titleOf(item)), wanted) }))
    .filter((one): one is { item: T; far: number } => one.far !== undefined)
    .sort((a, b) => a.far - b.far)
    .map(({ item }) => item);
}
