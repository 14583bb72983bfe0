/** @file Electron's own folder, apart from the library's. Desktop main process. */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Of what lies in it, all that is worth keeping: Chromium makes its caches anew. */
const kept = ['window.json', 'crashes'];

/** Takes along what lay at the former place. @returns `folder` */
export function keptApart(former: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of kept) {
    const [from, to] = [join(former, name), join(folder, name)];
    try {
      if (existsSync(from) && !existsSync(to)) renameSync(from, to);
    } catch {
      // The window opens in the middle, then, and old reports stay where they are.
    }
  }
  return folder;
}
