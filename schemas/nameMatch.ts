/** @file Which names fit what was typed, the best first, and whether the best is plainly meant: of commands in the palette, and of what the library has names for. Any process; pure. */

export interface Match<T> {
  readonly item: T;
  /** The title was typed out, or so much of it that nothing else can be meant: then the command goes before the search. */
  readonly isMeant: boolean;
  /** Lower is better. */
  readonly far: number;
}

/** Of the letters of a title of several words, the share that must be typed before it is taken for meant. */
const meantShare = 0.6;

function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/** Where each typed word begins a word of the title, in order: which words; undefined where one does not. */
function wordsBegun(title: readonly string[], typed: readonly string[]): number[] | undefined {
  const begun: number[] = [];
  let from = 0;
  for (const word of typed) {
    const at = title.findIndex((one, index) => index >= from && one.startsWith(word));
    if (at < 0) return undefined;
    begun.push(at);
    from = at + 1;
  }
  return begun;
}

/** Lower is better; undefined where it does not fit. Letters strewn over a title fit nothing: `boat` is not “Keyboard shortcuts”. */
function distance(title: string, typed: string): number | undefined {
  const at = title.indexOf(typed);
  if (at === 0) return 0;
  const words = wordsOf(title);
  const begun = wordsBegun(words, wordsOf(typed));
  if (begun !== undefined) return 1 + (begun[0] ?? 0);
  // The first letters of its words, as in `gtm` for “Go to Models”.
  if (
    typed.length > 1 &&
    words
      .map((word) => word.charAt(0))
      .join('')
      .startsWith(typed)
  )
    return 100;
  // Languages without spaces have no beginnings of words.
  if (at > 0 && /\p{Script=Han}/u.test(typed)) return 200 + at;
  return undefined;
}

function isMeant(title: string, typed: string): boolean {
  return (
    title === typed || (title.startsWith(typed) && typed.includes(' ') && typed.length >= title.length * meantShare)
  );
}

export function matching<T>(items: readonly T[], titleOf: (item: T) => string, typed: string): Match<T>[] {
  const wanted = fold(typed.trim());
  if (wanted === '') return items.map((item) => ({ item, isMeant: false, far: 0 }));
  return items
    .map((item) => ({ item, title: fold(titleOf(item)) }))
    .map(({ item, title }) => ({ item, isMeant: isMeant(title, wanted), far: distance(title, wanted) }))
    .filter((one): one is { item: T; isMeant: boolean; far: number } => one.far !== undefined)
    .sort((a, b) => a.far - b.far);
}
