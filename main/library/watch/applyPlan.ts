/** @file Writes into the catalog what was planned: the only way in which reconciling does. Main process, CLI. */
import type { Action } from './plan.ts';
import type { FolderAction, FolderPlacement } from './planFolders.ts';
import type { MissingAction } from './planMissing.ts';
import type { RootAction } from './planRoots.ts';
import type { WatchedCatalog } from './watchContext.ts';

/** Photos by what became of them. */
export interface Applied {
  readonly found: readonly number[];
  readonly changed: readonly number[];
  readonly moved: readonly number[];
  readonly missing: readonly number[];
}

/**
 * In their order, in one transaction: a few files' at a time. What was planned for a folder that a person took out
 * meanwhile is left: its photos are missing. @throws CatalogError
 */
export function applyPlan(
  { connection, roots, folders, places }: WatchedCatalog,
  actions: readonly (Action | FolderAction | MissingAction | RootAction)[],
): Applied {
  const found: number[] = [];
  const changed: number[] = [];
  const moved: number[] = [];
  const missing: number[] = [];
  connection.write(() => {
    const named = new Set(actions.flatMap((action) => ('file' in action ? [action.file.place.folderId] : [])));
    const removed = [...named].filter((folderId) => roots.isRemoved(folderId));
    for (const action of actions) {
      if ('file' in action && removed.includes(action.file.place.folderId)) continue;
      switch (action.kind) {
        case 'insert':
          found.push(places.insert(action.file.place, action.file.read));
          break;
        case 'move':
          places.move(action.photoId, action.file.place, action.file.read);
          moved.push(action.photoId);
          break;
        case 'touch':
          places.setState(action.photoId, action.state);
          break;
        case 'edit':
          if (action.isSamePicture) places.setMetadata(action.photoId, action.file.place, action.file.read);
          else places.setContent(action.photoId, action.file.place, action.file.read);
          changed.push(action.photoId);
          break;
        case 'displace':
          // Whether it is missing, the end of the pass will tell.
          places.setMissing(action.photoId);
          break;
        case 'miss':
          places.setMissing(action.photoId);
          missing.push(action.photoId);
          break;
        case 'replace':
          places.takeDuplicatesPlace(action.photoId, action.duplicate);
          moved.push(action.photoId);
          break;
        case 'forget':
          places.delete(action.photoId);
          break;
        case 'goOffline':
          roots.setState(action.rootId, 'offline');
          break;
        case 'comeBack':
          roots.setState(action.rootId, 'online');
          break;
        case 'relocate':
          roots.relocate(action.root.id, action.path, action.root.nameRule, action.volume);
          break;
        case 'noteVolume':
          roots.setVolume(action.rootId, action.volume);
          break;
        case 'noteNumber':
          folders.setInode(action.folderId, action.inode);
          break;
        case 'removeFolders':
          folders.removeEmpty(action.folderIds);
          break;
        case 'keep':
        case 'defer':
          break;
      }
    }
  });
  return { found, changed, moved, missing };
}

/** The same for a folder. Returns its number. */
export function placeFolder({ folders }: Pick<WatchedCatalog, 'folders'>, placement: FolderPlacement): number {
  const { rootId, relativePath } = placement;
  if (placement.kind === 'addFolder') return folders.ensure(rootId, relativePath);
  return folders.move(placement.folderId, rootId, relativePath);
}
