/** @file What a text under review could say instead: the texts of its kind and their candidates, each once. Pure; renderer only. */
import type { PhotoDetails, StoredCaption } from '../../../preload/contract/photos.ts';

export interface ReviewCandidate {
  readonly text: string;
  /** The caption that it is, or that it was a candidate of. */
  readonly caption: StoredCaption;
  /** Probability that it matches the photo, where a matching model saw it. */
  readonly itm: number | undefined;
}

/** Texts with the same key say the same. */
export function textKey(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

function candidatesOf(caption: StoredCaption): ReviewCandidate[] {
  const others = caption.candidates.toSorted((a, b) => b.itm - a.itm);
  return [
    { text: caption.text, caption, itm: caption.itm ?? undefined },
    ...others.map(({ text, itm }) => ({ text, caption, itm })),
  ];
}

/**
 * What was written since comes first, then what the photo shows, then its candidates by their match, then older ones.
 * @param texts of one kind of a photo, the one that it shows first
 * @param sinceMs when the photo was last asked to be captioned again
 */
export function reviewCandidates(
  texts: readonly StoredCaption[],
  sinceMs = Number.POSITIVE_INFINITY,
): ReviewCandidate[] {
  const newest = texts.filter(({ createdAtMs }) => createdAtMs >= sinceMs);
  const ordered = [...newest, ...texts.filter((text) => !newest.includes(text))].flatMap(candidatesOf);
  const byKey = new Map<string, ReviewCandidate>();
  for (const candidate of ordered) {
    const key = textKey(candidate.text);
    if (key !== '' && !byKey.has(key)) byKey.set(key, candidate);
  }
  return [...byKey.values()];
}

/** Two captions of the photo, each as it is; undefined where one of them is gone. */
export function pairOf(
  photo: PhotoDetails,
  captionIds: readonly [number, number] | undefined,
): readonly [ReviewCandidate, ReviewCandidate] | undefined {
  const [first, second] = (captionIds ?? []).map((wanted) => photo.captions.find(({ id }) => id === wanted));
  if (first === undefined || second === undefined) return undefined;
  const itself = (caption: StoredCaption) => ({ text: caption.text, caption, itm: caption.itm ?? undefined });
  return [itself(first), itself(second)];
}
