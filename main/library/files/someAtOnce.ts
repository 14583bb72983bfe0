/** @file Work on many things, some of them at the same time. Pure. */

/**
 * Each item, in their order, as soon as fewer than so many are at work. The first failure ends it: nothing is begun any
 * more, and it is thrown when nothing is at work.
 */
export async function someAtOnce<Item>(
  items: Iterable<Item>,
  maxAtOnce: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const rest = [...items].entries();
  let hasFailed = false;
  const worker = async () => {
    for (const [index, item] of rest) {
      if (hasFailed) return;
      try {
        await work(item, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: maxAtOnce }, worker));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
