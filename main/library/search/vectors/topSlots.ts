/** @file The best of many, without sorting them all. Main process, CLI. */

/**
 * The slots with the largest bounds, `count` at most, of those that are at least `cut` and above −∞: in no order.
 */
export function topSlots(bounds: Float32Array, count: number, cut: number): Uint32Array<ArrayBuffer> {
  // a heap whose root is the smallest of the best
  const heap = new Uint32Array(Math.min(count, bounds.length));
  const boundAt = (place: number) => bounds[heap[place] ?? 0] ?? 0;
  const swap = (a: number, b: number) => {
    const slot = heap[a] ?? 0;
    heap[a] = heap[b] ?? 0;
    heap[b] = slot;
  };
  const rise = (start: number) => {
    for (let place = start; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (boundAt(parent) <= boundAt(place)) return;
      swap(place, parent);
      place = parent;
    }
  };
  const sink = () => {
    for (let place = 0; ; ) {
      let smallest = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < heap.length && boundAt(child) < boundAt(smallest)) smallest = child;
      }
      if (smallest === place) return;
      swap(place, smallest);
      place = smallest;
    }
  };
  let filled = 0;
  for (let slot = 0; slot < bounds.length; slot++) {
    const bound = bounds[slot] ?? 0;
    if (bound < cut || bound === Number.NEGATIVE_INFINITY) continue;
    if (filled < heap.length) {
      heap[filled] = slot;
      rise(filled);
      filled += 1;
    } else if (bound > boundAt(0)) {
      heap[0] = slot;
      sink();
    }
  }
  return heap.slice(0, filled);
}
