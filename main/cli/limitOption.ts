/** @file `--limit N`. */
import { UsageError } from './exitCodes.ts';

/** @throws UsageError */
export function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError((usage) => usage.outOfRange('--limit', { isWhole: true, from: 1 }, text));
}
