/** @file Whether there is anything at a path. Any process. */
import { stat } from 'node:fs/promises';

/** False also for what may not be looked at. */
export function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
