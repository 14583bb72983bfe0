/** @file The keys of the right panel while it is hidden: they show it, and then do what they do. Renderer only. */
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';

/** By the id of the panel's own command, which takes over as soon as the panel is there. */
const keys: Readonly<Record<string, string>> = { 'panel.ask': 'a', 'panel.editCaption': 'e', 'panel.tag': 't' };

export function hiddenPanelCommands(app: AppState): Command[] {
  const isHidden = (): boolean => {
    const { view } = app.route;
    return !app.layout.all.panelShown && (view === 'photo' || (view === 'library' && app.selection.count > 0));
  };
  return Object.entries(keys).map(([id, key]) => ({
    id: `show.${id}`,
    title: () => app.texts.frame.showPanel,
    keys: [key],
    keysOnly: true,
    when: isHidden,
    run: () => {
      app.commands.runOnceThere(id);
      app.layout.change({ panelShown: true });
    },
  }));
}
