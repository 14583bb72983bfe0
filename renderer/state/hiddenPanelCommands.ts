/** @file The keys of the right panel while it is hidden: they show it, and then do what they do. Renderer only. */
import type { Texts } from '../../resources/messages/texts.ts';
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';

/** By the id of the panel's own command, which takes over as soon as the panel is there. */
const panelKeys = [
  { id: 'panel.ask', key: 'a', title: ({ chat }: Texts) => chat.placeholder },
  { id: 'panel.editCaption', key: 'e', title: ({ photo }: Texts) => photo.editCaption },
  { id: 'panel.tag', key: 't', title: ({ photo }: Texts) => photo.addTag },
] as const;

export function hiddenPanelCommands(app: AppState): Command[] {
  const isHidden = (): boolean => {
    const { view } = app.route;
    return !app.layout.all.panelShown && (view === 'photo' || (view === 'library' && app.selection.count > 0));
  };
  return panelKeys.map(({ id, key, title }) => ({
    id: `show.${id}`,
    title: () => title(app.texts),
    keys: [key],
    keysOnly: true,
    when: isHidden,
    run: () => {
      app.commands.runOnceThere(id);
      app.layout.change({ panelShown: true });
    },
  }));
}
