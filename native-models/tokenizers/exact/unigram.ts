/**
 * @file The best pieces for a word by their scores, exactly as the reference finds them: sums in the same order, and the
 * same of several equally good ways (transformers `tokenizers`, `encode_optimized` in src/models/unigram/model.rs).
 * Compiler and model host.
 */

export interface UnigramVocabulary {
  /** The pieces that are starts of `characters` from `start` on, the shortest first. */
  startsAt(characters: readonly string[], start: number): Iterable<string>;
  score(piece: string): number;
  readonly unknownScore: number;
}

interface BestPath {
  readonly start: number;
  readonly score: number;
  readonly isUnknown: boolean;
}

/** The pieces of a word; characters next to each other that no piece has are one of them. */
export function bestPieces(word: string, vocabulary: UnigramVocabulary): string[] {
  const characters = [...word];
  const best: (BestPath | undefined)[] = new Array(characters.length + 1).fill(undefined);
  const offer = (end: number, path: BestPath) => {
    const known = best[end];
    if (known === undefined || path.score > known.score) best[end] = path;
  };
  for (let start = 0; start < characters.length; start += 1) {
    const scoreSoFar = best[start]?.score ?? 0;
    let hasCharacter = false;
    for (const piece of vocabulary.startsAt(characters, start)) {
      const length = [...piece].length;
      hasCharacter ||= length === 1;
      offer(start + length, { start, score: vocabulary.score(piece) + scoreSoFar, isUnknown: false });
    }
    if (!hasCharacter) offer(start + 1, { start, score: vocabulary.unknownScore + scoreSoFar, isUnknown: true });
  }
  const pieces: string[] = [];
  for (let end = characters.length, wasUnknown = false; end > 0; ) {
    const { start, isUnknown } = best[end] ?? { start: end - 1, isUnknown: true };
    const piece = characters.slice(start, end).join('');
    if (isUnknown && wasUnknown) pieces.push(piece + (pieces.pop() ?? ''));
    else pieces.push(piece);
    wasUnknown = isUnknown;
    end = start;
  }
  return pieces.reverse();
}
