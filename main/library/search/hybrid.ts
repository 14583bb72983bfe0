/**
 * @file Joins rankings that cannot be compared by their scores, such as full text and embeddings, by reciprocal rank
 * fusion (Cormack, Clarke and Büttcher, SIGIR 2009): what several of them put high comes first. Pure.
 */

/** The paper's constant: how little the very first places count beyond those after them. */
const damping = 60;

export interface FusedHit {
  readonly photoId: number;
  readonly score: number;
}

/** Each ranking lists photos, the best first. Photos with equal scores keep the order in which they were met. */
export function fuseRankings(rankings: readonly (readonly number[])[]): FusedHit[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [index, photoId] of ranking.entries()) {
      scores.set(photoId, (scores.get(photoId) ?? 0) + 1 / (damping + index + 1));
    }
  }
  return [...scores].map(([photoId, score]) => ({ photoId, score })).sort((a, b) => b.score - a.score);
}
