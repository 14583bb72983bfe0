/** @file Sets that grow together: who is connected with whom, directly or through others. Main process, scan workers. */

export class UnionFind {
  readonly #parents: Uint32Array;

  constructor(size: number) {
    this.#parents = Uint32Array.from({ length: size }, (_, i) => i);
  }

  /** The representative of an element's set. */
  find(element: number): number {
    const parents = this.#parents;
    let current = element;
    for (;;) {
      const parent = parents[current] ?? current;
      if (parent === current) return current;
      // halving the path keeps it short
      const grandparent = parents[parent] ?? parent;
      parents[current] = grandparent;
      current = grandparent;
    }
  }

  /** Joins two sets. False when they are one already. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.find(a), this.find(b)];
    if (first === second) return false;
    // the smaller one stays, so that a set is represented by its first element
    this.#parents[Math.max(first, second)] = Math.min(first, second);
    return true;
  }

  /** Sets of two elements and more, each in order, by their first elements. */
  groups(): number[][] {
    const groups = new Map<number, number[]>();
    for (let element = 0; element < this.#parents.length; element++) {
      const root = this.find(element);
      if (root === element) continue;
      const group = groups.get(root);
      if (group === undefined) groups.set(root, [root, element]);
      else group.push(element);
    }
    return [...groups.values()].sort(([a = 0], [b = 0]) => a - b);
  }
}
