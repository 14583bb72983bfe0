/** @file Beam search over a batch: every sequence has its own group of beams, and leaves the batch when it is final. */
import { BeamGroup } from './beamGroup.ts';
import type { GeneratedSequence, SearchTask } from './searchTask.ts';

/**
 * The reference keeps a finished sequence's beams running until the whole batch is done, but can no longer change its
 * result (`_update_finished_beams` rules out every later candidate), so dropping it gives the same ids and saves the work.
 */
export async function beamSearch(task: SearchTask): Promise<GeneratedSequence[]> {
  const { source } = task;
  const results: GeneratedSequence[] = [];
  let groups = task.promptIds.map((promptIds, index) => new BeamGroup(index, promptIds, task));
  let rows = groups.length > 0 ? await source.prefill() : [];
  while (groups.length > 0) {
    for (const group of groups) group.advance(rows);
    for (const group of groups.filter(({ isFinal }) => isFinal)) {
      const sequence = group.result();
      results[group.index] = sequence;
      for (const token of sequence.ids.slice(group.promptLength)) task.onToken?.(group.index, token);
    }
    groups = groups.filter(({ isFinal }) => !isFinal);
    if (groups.length === 0) break;
    const beams = groups.flatMap((group) => group.beams);
    rows = await source.step(
      beams.map(({ ids }) => ids.at(-1) ?? 0),
      beams.map(({ row }) => row),
    );
    for (const [row, beam] of beams.entries()) beam.row = row;
  }
  return results;
}
