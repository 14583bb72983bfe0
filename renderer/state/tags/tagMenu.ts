/** @file What can be done with a tag of the sidebar, as its menu lists it. Renderer only. */
import Captions from '@lucide/svelte/icons/captions';
import Images from '@lucide/svelte/icons/images';
import Minus from '@lucide/svelte/icons/minus';
import Plus from '@lucide/svelte/icons/plus';
import Tags from '@lucide/svelte/icons/tags';
import type { TagOperation } from '../../../preload/contract/runs.ts';
import type { MenuItem } from '../../components/base/menuItem.ts';
import type { AppState } from '../app.svelte.ts';
import { captionPhotos } from '../captionPhotos.ts';
import { photosAtHand } from '../photosAtHand.ts';
import { fieldQuery } from '../queryText.ts';

async function editTags(app: AppState, operation: TagOperation, done: string): Promise<void> {
  try {
    const { runId } = await app.client.tags.edit({ selection: photosAtHand(app), operation });
    if (runId === null) app.toast(app.texts.frame.tagsUnchanged);
    else app.toast(done, { undoRunId: runId });
  } catch (error) {
    app.report(error);
  }
}

export function tagMenu(app: AppState, path: string): readonly MenuItem[] {
  const { library, frame, photo } = app.texts;
  const query = fieldQuery('tag', path);
  const { view } = app.route;
  const hasPhotos = view === 'photo' || (view === 'library' && app.selection.count > 0);
  return [
    { title: library.showSearch, icon: Images, run: () => app.showList({ query }) },
    { title: library.caption, icon: Captions, run: () => void captionPhotos(app, { query }, false) },
    'separator',
    {
      title: frame.tagSelected,
      icon: Plus,
      disabled: !hasPhotos,
      run: () => void editTags(app, { type: 'add', paths: [path] }, photo.tagAdded(path)),
    },
    {
      title: frame.untagSelected,
      icon: Minus,
      disabled: !hasPhotos,
      run: () => void editTags(app, { type: 'remove', paths: [path] }, photo.tagRemoved(path)),
    },
    'separator',
    { title: frame.manageTags, icon: Tags, run: () => app.navigate({ view: 'tags' }) },
  ];
}
