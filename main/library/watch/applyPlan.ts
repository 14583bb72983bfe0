/** @file Writes into the catalog what was planned for a few files. Main process, CLI. */
import type { PhotoPlaceStore } from '../catalog/photos/photoPlaces.ts';
import type { Action } from './plan.ts';

export interface Placed {
  readonly found: readonly number[];
  readonly changed: readonly number[];
  readonly moved: readonly number[];
}

/** In their order; to be called within a transaction. */
export function applyPlan(places: PhotoPlaceStore, actions: readonly Action[]): Placed {
  const found: number[] = [];
  const changed: number[] = [];
  const moved: number[] = [];
  for (const action of actions) {
    switch (action.kind) {
      case 'insert':
        found.push(places.insert(action.file.place, action.file.read));
        break;
      case 'move':
        places.move(action.photoId, action.file.place, action.file.read);
        moved.push(action.photoId);
        break;
      case 'touch':
        places.setState(action.photoId, action.file.read);
        break;
      case 'edit':
        if (action.isSamePicture) places.setMetadata(action.photoId, action.file.place, action.file.read);
        else places.setContent(action.photoId, action.file.place, action.file.read);
        changed.push(action.photoId);
        break;
      case 'displace':
        places.setMissing(action.photoId);
        break;
      case 'keep':
      case 'defer':
        break;
    }
  }
  return { found, changed, moved };
}
