/** @file The two orders of file names: the one people expect (IMG_9 before IMG_10) and the one scripts produce. */

/** Compares paths part by part, numbers by value, and falls back on code points so that the order is total. */
export function naturalPathOrder(): (a: string, b: string) => number {
  const collator = new Intl.Collator('en', { numeric: true });
  return (a, b) => {
    const left = a.split('/');
    const right = b.split('/');
    const shared = Math.min(left.length, right.length);
    for (let index = 0; index < shared; index += 1) {
      const order = collator.compare(left[index] ?? '', right[index] ?? '');
      if (order !== 0) {
        return order;
      }
    }
    return left.length - right.length || codePointOrder(a, b);
  };
}

/**
 * What Python's `sorted` does with strings. JavaScript's `<` compares UTF-16 units instead, which puts characters
 * beyond U+FFFF before those from U+E000 on.
 */
export function codePointOrder(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) {
      const leftIsSurrogate = (left & 0xf800) === 0xd800;
      const rightIsSurrogate = (right & 0xf800) === 0xd800;
      return leftIsSurrogate === rightIsSurrogate ? left - right : leftIsSurrogate ? 1 : -1;
    }
  }
  return a.length - b.length;
}
