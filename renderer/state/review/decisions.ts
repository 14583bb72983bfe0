/** @file What was decided in a review, kept for the session, so that a reload goes on where it was. Renderer only. */
import type { KeptText } from '../keptText.ts';
import type { ReviewQueue } from '../route.ts';

const decisionNames = ['accepted', 'rejected', 'skipped'] as const;
export type Decision = (typeof decisionNames)[number];

/** By photo, in the order in which they were come to. */
export type Decisions = ReadonlyMap<number, Decision>;

const keyOf = (queue: ReviewQueue): string => `vignette.review.${queue}`;

/** Whatever is stored under the name: what is no decision is none. */
export function keptDecisions(storage: KeptText, queue: ReviewQueue): Decisions {
  const decisions = new Map<number, Decision>();
  for (const entry of (storage.getItem(keyOf(queue)) ?? '').split(' ')) {
    const [, id, name] = /^([1-9]\d{0,14}):(\w+)$/.exec(entry) ?? [];
    const decision = decisionNames.find((one) => one === name);
    if (decision !== undefined) decisions.set(Number(id), decision);
  }
  return decisions;
}

export function keepDecisions(storage: KeptText, queue: ReviewQueue, decisions: Decisions): void {
  storage.setItem(keyOf(queue), [...decisions].map(([id, decision]) => `${id}:${decision}`).join(' '));
}

/**
 * The photos of a review: first those that were decided, then what is left. What was accepted or rejected and is due
 * all the same was undone since, or shows another caption that is due: it is decided anew.
 */
export function reviewOrder(decisions: Decisions, due: readonly number[]): { decided: Decisions; ids: number[] } {
  const isDue = new Set(due);
  const decided = new Map([...decisions].filter(([id, decision]) => decision === 'skipped' || !isDue.has(id)));
  return { decided, ids: [...decided.keys(), ...due.filter((id) => !decided.has(id))] };
}

/**
 * Photos whose decision was undone: the run that made it is. Of a run that cannot be read, nothing is known; the end of the
 * review finds what is due.
 * @param ids among these; empty: among all
 */
export async function undonePhotos(
  decidedBy: ReadonlyMap<number, number>,
  ids: readonly number[],
  runs: { get(asked: { runId: number }): Promise<{ readonly revertedByRunId: number | null }> },
): Promise<readonly number[]> {
  const undone: number[] = [];
  const changed = ids.length === 0 ? decidedBy.keys() : ids;
  for (const [runId, photoIds] of Map.groupBy(changed, (id) => decidedBy.get(id))) {
    if (runId === undefined) continue;
    const run = await runs.get({ runId }).catch(() => undefined);
    if (run !== undefined && run.revertedByRunId !== null) undone.push(...photoIds);
  }
  return undone;
}
