/** @file In which words texts differ, so that the differences can be marked. Pure; renderer only. */

export interface TextPart {
  readonly text: string;
  /** Words that not all of the texts have at this place, and what stands between them. */
  readonly differs: boolean;
}

interface Word {
  /** Whichever its capitals are. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

/** UTF-16 units. What follows is shown and not compared: the work grows with the square of it. */
const maxCompared = 4000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

function wordsOf(text: string): Word[] {
  return [...segmenter.segment(text.slice(0, maxCompared))].flatMap(({ segment, index, isWordLike }) =>
    isWordLike === true ? [{ key: segment.toLowerCase(), start: index, end: index + segment.length }] : [],
  );
}

/** Which words of each are in the longest sequence of words that both have. */
function sharedWords(a: readonly Word[], b: readonly Word[]): readonly [ReadonlySet<Word>, ReadonlySet<Word>] {
  const width = b.length + 1;
  // At (i, j) how long the sequence is in what follows word i of one and word j of the other.
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const isSame = a[i]?.key === b[j]?.key;
      lengths[i * width + j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const shared: [Set<Word>, Set<Word>] = [new Set(), new Set()];
  let i = 0;
  let j = 0;
  for (let one = a[i], other = b[j]; one !== undefined && other !== undefined; one = a[i], other = b[j]) {
    if (one.key === other.key) {
      shared[0].add(one);
      shared[1].add(other);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return shared;
}

/** Neighbours that differ are one part. */
function partsOf(text: string, words: readonly Word[], differing: ReadonlySet<Word>): TextPart[] {
  const ranges: { start: number; end: number }[] = [];
  let last: Word | undefined;
  for (const word of words) {
    const range = ranges.at(-1);
    if (differing.has(word)) {
      if (range !== undefined && last !== undefined && differing.has(last)) range.end = word.end;
      else ranges.push({ start: word.start, end: word.end });
    }
    last = word;
  }
  const parts: TextPart[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    parts.push({ text: text.slice(from, start), differs: false }, { text: text.slice(start, end), differs: true });
    from = end;
  }
  return [...parts, { text: text.slice(from), differs: false }].filter((part) => part.text !== '');
}

/** Each text in parts; joined, they are the text. Capitals and punctuation are no difference. */
export function wordDifferences(texts: readonly string[]): TextPart[][] {
  const words = texts.map(wordsOf);
  const differing = words.map(() => new Set<Word>());
  for (const [index, a] of words.entries()) {
    for (const [before, b] of words.slice(0, index).entries()) {
      const [inA, inB] = sharedWords(a, b);
      for (const word of a) if (!inA.has(word)) differing[index]?.add(word);
      for (const word of b) if (!inB.has(word)) differing[before]?.add(word);
    }
  }
  return texts.map((text, index) => partsOf(text, words[index] ?? [], differing[index] ?? new Set()));
}
