/** @file The keys that the grid takes while it has the focus, as `?` lists them. Renderer only. */
import type { AppState } from '../../state/app.svelte.ts';
import type { Command } from '../../state/commands.svelte.ts';

/** What they do is in PhotoGrid: only the grid knows where the next row is. */
export function gridKeys(app: AppState): Command[] {
  const listed = (id: string, keys: readonly string[], title: () => string): Command => ({
    id: `grid.${id}`,
    title,
    keys,
    isTakenByFocus: true,
    when: () => app.route.view === 'library',
    run: () => undefined,
  });
  const { selection } = app;
  return [
    listed('move', ['arrowleft', 'arrowright', 'arrowup', 'arrowdown'], () => app.texts.library.moveInGrid),
    listed('extend', ['shift+arrowleft', 'shift+arrowright'], () => app.texts.library.extendSelection),
    listed('toggle', ['mod+space'], () => app.texts.library.toggleSelected),
    listed('open', ['space', 'enter'], () => app.texts.library.openPhoto),
    listed('first', ['home'], () => app.texts.library.firstPhoto),
    listed('last', ['end'], () => app.texts.library.lastPhoto),
    listed('pageUp', ['pageup'], () => app.texts.library.pageUp),
    listed('pageDown', ['pagedown'], () => app.texts.library.pageDown),
    { ...listed('none', ['escape'], () => app.texts.library.clearSelection), when: () => selection.count > 0 },
  ];
}
