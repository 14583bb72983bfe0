/** @file Brings what comes nearly in order back into it: photos that are worked on together end in any order. */

/** What is held back at most: one that takes long, or is tried again later, does not hold up all the others. */
const maxHeld = 20;

/**
 * The items in the order of `keys`, as far as no more than `maxHeld` have to wait for that.
 * @throws what `items` threw, after giving what was held
 */
export async function* inOrder<Key, Item>(
  keys: readonly Key[],
  items: AsyncIterable<Item>,
  keyOf: (item: Item) => Key,
): AsyncGenerator<Item> {
  const ranks = new Map(keys.map((key, rank) => [key, rank]));
  const held: { readonly rank: number; readonly item: Item }[] = [];
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const item of items) {
      held.push({ rank: ranks.get(keyOf(item)) ?? next, item });
      held.sort((a, b) => a.rank - b.rank);
      for (let first = held[0]; first !== undefined && (first.rank <= next || held.length > maxHeld); first = held[0]) {
        held.shift();
        next = Math.max(next, first.rank + 1);
        yield first.item;
      }
    }
  } catch (error) {
    failure = { error };
  }
  for (const { item } of held) yield item;
  if (failure !== undefined) throw failure.error;
}
