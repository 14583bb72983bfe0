/** @file Which runs nobody asked for. Any process; pure, without the checks of `runDescription.ts`. */
import type { RunDescription } from './runDescription.ts';

/** Photos that are indexed by themselves. */
export function isAutomatic({ description }: { readonly description: RunDescription }): boolean {
  return description.kind === 'embed' && description.automatic === true;
}
