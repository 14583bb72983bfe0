/** @file Compares the XMP files of a folder with those that the catalog knows, so that their photos are read again when one came, changed or went. Main process, CLI. */
import path from 'node:path';
import type { SidecarState } from '../catalog/photos/sidecars.ts';
import type { FolderOnDisk } from './folderFiles.ts';
import type { WatchContext } from './watchContext.ts';

const filesAtOnce = 64;

/** Returns the photos that are to be read again. */
export async function compareSidecars(
  { catalog, disk }: WatchContext,
  { root, folder, path: folderPath, sidecarNames }: FolderOnDisk & { readonly sidecarNames: readonly string[] },
): Promise<readonly number[]> {
  const known = new Map(catalog.sidecars.inFolder(folder.id).map((state) => [state.name, state]));
  const there = new Set<string>();
  const present: SidecarState[] = [];
  for (let start = 0; start < sidecarNames.length; start += filesAtOnce) {
    const names = sidecarNames.slice(start, start + filesAtOnce);
    const states = await Promise.allSettled(names.map((name) => disk.state(path.join(folderPath, name))));
    for (const [index, name] of names.entries()) {
      const state = states[index];
      // What is gone, or is no file, is no sidecar; one that may not be looked at is left as it was known.
      if (state?.status === 'rejected') {
        if (known.has(name)) there.add(name);
        continue;
      }
      if (state === undefined || state.value.kind !== 'file') continue;
      there.add(name);
      const { sizeBytes, modifiedMs, changedMs } = state.value;
      if (!isSame(known.get(name), state.value)) present.push({ name, sizeBytes, modifiedMs, changedMs });
    }
  }
  const gone = [...known.keys()].filter((name) => !there.has(name));
  if (present.length === 0 && gone.length === 0) return [];
  return catalog.sidecars.update(folder.id, root.nameRule, { present, gone });
}

function isSame(known: SidecarState | undefined, { sizeBytes, modifiedMs, changedMs }: Omit<SidecarState, 'name'>) {
  return known?.sizeBytes === sizeBytes && known.modifiedMs === modifiedMs && known.changedMs === changedMs;
}
