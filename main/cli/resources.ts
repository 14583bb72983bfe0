/** @file Where the files lie that come with Vignette. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of compiled models that came along; undefined where they were left out, or are not built yet. */
export function bundledModelsFolder(): string | undefined {
  // Up from this file, whether it runs from the source or from the build.
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'resources', 'demo-model', 'compiled');
    if (existsSync(candidate)) {
      return candidate;
    }
    if (folder === path.dirname(folder)) {
      return undefined;
    }
  }
}
