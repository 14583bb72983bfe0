/** @file What can be done with a tag of the sidebar, as its menu lists it. Renderer only. */
import Captions from '@lucide/svelte/icons/captions';
import Images from '@lucide/svelte/icons/images';
import Minus from '@lucide/svelte/icons/minus';
import Plus from '@lucide/svelte/icons/plus';
import Tags from '@lucide/svelte/icons/tags';
import type { MenuItem } from '../../components/base/menuItem.ts';
import type { AppState } from '../app.svelte.ts';
import { captionPhotos } from '../captionPhotos.ts';
import { hasPhotosAtHand, photosAtHand } from '../photosAtHand.ts';
import { fieldQuery } from '../queryText.ts';
import { editTags } from './editTags.ts';

export function tagMenu(app: AppState, path: string): readonly MenuItem[] {
  const { library, frame, photo } = app.texts;
  const query = fieldQuery('tag', path);
  const hasPhotos = hasPhotosAtHand(app);
  return [
    { title: library.showSearch, icon: Images, run: () => app.showList({ query }) },
    { title: library.caption, icon: Captions, run: () => void captionPhotos(app, { query }, false) },
    'separator',
    {
      title: frame.tagSelected,
      icon: Plus,
      disabled: !hasPhotos,
      run: () => void editTags(app, photosAtHand(app), { type: 'add', paths: [path] }, photo.tagAdded(path)),
    },
    {
      title: frame.untagSelected,
      icon: Minus,
      disabled: !hasPhotos,
      run: () => void editTags(app, photosAtHand(app), { type: 'remove', paths: [path] }, photo.tagRemoved(path)),
    },
    'separator',
    { title: frame.manageTags, icon: Tags, run: () => app.navigate({ view: 'tags' }) },
  ];
}
