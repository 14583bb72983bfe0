/** @file Many short strings as one long one: of a hundred thousand, a small part of the memory, and sent between threads at once. Pure. */
export interface PackedStrings {
  readonly text: string;
  /** Where each ends in the text, in UTF-16 units. */
  readonly ends: Uint32Array;
}

export function packStrings(strings: readonly string[]): PackedStrings {
  let end = 0;
  return {
    text: strings.join(''),
    ends: Uint32Array.from(strings, ({ length }) => {
      end += length;
      return end;
    }),
  };
}

/** From the one index to before the other, or to the last one. */
export function unpackStrings({ text, ends }: PackedStrings, first: number, end: number): string[] {
  let start = ends[first - 1] ?? 0;
  return Array.from(ends.subarray(first, end), (stringEnd) => {
    const string = text.slice(start, stringEnd);
    start = stringEnd;
    return string;
  });
}
