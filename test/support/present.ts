/** @file For what a test knows to be there: where it is not, the test fails here, and not by some number that stands for it. */

/** @throws Error where the value is missing */
export function present<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new Error('a value is missing that the test counts on');
  return value;
}
