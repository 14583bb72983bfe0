/** @file What a photo's caption could say, each text once, in an order that stays while a person chooses. Renderer only. */
import type { PhotoDetails } from '../../../preload/contract/photos.ts';
import { type TextPart, wordDifferences } from '../compare/wordDifferences.ts';
import { type ReviewCandidate, reviewCandidates, textKey } from '../review/candidates.ts';

export interface CaptionChoice extends ReviewCandidate {
  readonly isShown: boolean;
  /** Marked where it differs from the shown one. */
  readonly parts: readonly TextPart[];
}

export class CaptionChoices {
  #candidates = $state.raw<readonly ReviewCandidate[]>([]);

  readonly all: readonly CaptionChoice[] = $derived.by(() => {
    const shown = this.#candidates.find(isShown);
    return this.#candidates.map((candidate) => {
      const { text } = candidate;
      const isItself = candidate === shown;
      const [, parts = []] = isItself ? [] : wordDifferences([shown?.text ?? text, text]);
      return { ...candidate, isShown: isItself, parts: isItself ? [{ text, differs: false }] : parts };
    });
  });

  /** The photo as it is now: what is there already stays in its place, and new texts come last. */
  put(photo: PhotoDetails): void {
    const keys = this.#candidates.map(({ text }) => textKey(text));
    const placeOf = ({ text }: ReviewCandidate): number => {
      const place = keys.indexOf(textKey(text));
      return place < 0 ? keys.length : place;
    };
    this.#candidates = reviewCandidates(photo.captions).toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function isShown({ text, caption }: ReviewCandidate): boolean {
  return caption.shown && text === caption.text;
}
