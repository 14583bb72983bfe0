/** @file The commands that are there in every view, and the right panel's while it is hidden. Renderer only. */
import type { Texts } from '../../resources/messages/texts.ts';
import type { Theme } from '../../schemas/choices.ts';
import { maxSimilarTo } from '../../schemas/similarTo.ts';
import { captionAtHand, findSimilar } from '../components/grid/photoMenu.ts';
import type { AppState } from './app.svelte.ts';
import type { Command } from './commands.svelte.ts';
import { canCompare, compareSelected } from './compare/compareCommands.ts';
import { photoSizeRangePx } from './layout.svelte.ts';
import { markCommands } from './marks.ts';
import { hasPhotosAtHand, photoInView } from './photosAtHand.ts';
import type { Route } from './route.ts';
import { stackCommands } from './stacks.ts';

export interface FrameActions {
  readonly openPalette: () => void;
  readonly openShortcuts: () => void;
  readonly openAddFolder: () => void;
  readonly openExport: () => void;
  readonly openImport: () => void;
}

function view(
  app: AppState,
  route: Route & { photoId?: never; photoIds?: never; runId?: never; pilotId?: never },
  title: () => string,
  keys?: string,
): Command {
  return {
    id: `go-${route.view}`,
    title: () => app.texts.frame.goTo(title()),
    ...(keys === undefined ? {} : { keys: [keys] }),
    run: () => app.navigate(route),
  };
}

function themes(app: AppState): Command[] {
  const themed = (theme: Theme, title: () => string): Command => ({
    id: `theme-${theme}`,
    title,
    when: () => app.settings.all.theme !== theme,
    run: () => void app.settings.change({ theme }).catch((error: unknown) => app.report(error)),
  });
  return [
    themed('dark', () => app.texts.frame.themeDark),
    themed('light', () => app.texts.frame.themeLight),
    themed('system', () => app.texts.frame.themeSystem),
  ];
}

function resize(app: AppState, times: number): void {
  const { least, most } = photoSizeRangePx;
  const photoSizePx = Math.round(Math.min(most, Math.max(least, app.layout.all.photoSizePx * times)));
  app.layout.change({ photoSizePx });
}

/** The photo that is looked at, or the selected ones of the library. */
function idsAtHand(app: AppState): readonly number[] {
  const photoId = photoInView(app);
  if (photoId !== undefined) return [photoId];
  return app.route.view === 'library' ? app.selection.photoIds : [];
}

export function frameCommands(app: AppState, actions: FrameActions): Command[] {
  const { layout } = app;
  const inLibrary = () => app.route.view === 'library';
  return [
    {
      id: 'palette',
      title: () => app.texts.frame.commandPalette,
      keys: ['mod+k'],
      keysOnly: true,
      run: actions.openPalette,
    },
    { id: 'shortcuts', title: () => app.texts.frame.shortcuts, keys: ['?'], run: actions.openShortcuts },
    { id: 'add-folder', title: () => app.texts.frame.addFolder, run: actions.openAddFolder },
    { id: 'export', title: () => app.texts.exports.command, keys: ['mod+e'], run: actions.openExport },
    { id: 'import', title: () => app.texts.imports.command, run: actions.openImport },
    view(app, { view: 'library' }, () => app.texts.frame.library),
    view(app, { view: 'map' }, () => app.texts.frame.map),
    view(app, { view: 'review', queue: 'doubtful' }, () => app.texts.frame.review, 'r'),
    view(app, { view: 'tags' }, () => app.texts.frame.tags),
    view(app, { view: 'runs' }, () => app.texts.frame.runs),
    view(app, { view: 'models' }, () => app.texts.frame.models),
    view(app, { view: 'settings' }, () => app.texts.frame.settings, 'mod+,'),
    { id: 'undo', title: () => app.history.undoTitle, keys: ['mod+z'], run: () => void app.history.undo() },
    {
      id: 'redo',
      title: () => app.history.redoTitle,
      keys: ['mod+shift+z', 'mod+y'],
      run: () => void app.history.redo(),
    },
    {
      id: 'sidebar',
      title: () => (layout.all.sidebarShown ? app.texts.frame.hideSidebar : app.texts.frame.showSidebar),
      keys: ['mod+b'],
      when: () => !app.fullScreen.isOn,
      run: () => layout.change({ sidebarShown: !layout.all.sidebarShown }),
    },
    {
      id: 'panel',
      title: () => (app.panelShown ? app.texts.frame.hidePanel : app.texts.frame.showPanel),
      keys: ['mod+i'],
      when: () => !app.fullScreen.isOn,
      run: () => app.showPanel(!app.panelShown),
    },
    {
      id: 'larger',
      title: () => app.texts.library.larger,
      keys: ['+', '='],
      when: inLibrary,
      run: () => resize(app, 1.2),
    },
    {
      id: 'smaller',
      title: () => app.texts.library.smaller,
      keys: ['-'],
      when: inLibrary,
      run: () => resize(app, 1 / 1.2),
    },
    {
      id: 'select-all',
      title: () => app.texts.library.selectAll,
      keys: ['mod+a'],
      when: inLibrary,
      run: () => app.selection.all(),
    },
    {
      id: 'caption',
      title: () => app.texts.library.caption,
      keys: ['c'],
      when: () => hasPhotosAtHand(app),
      run: () => void captionAtHand(app, false),
    },
    {
      id: 'compare',
      title: () => app.texts.compare.command,
      // As in Lightroom's survey.
      keys: ['n'],
      when: () => canCompare(app),
      run: () => compareSelected(app),
    },
    {
      id: 'find-similar',
      title: () => app.texts.library.findSimilar(idsAtHand(app).length),
      when: () => idsAtHand(app).length > 0 && idsAtHand(app).length <= maxSimilarTo,
      run: () => findSimilar(app, idsAtHand(app)),
    },
    ...markCommands(app),
    ...stackCommands(app),
    ...themes(app),
  ];
}

/** By the id of the panel's own command, which takes over as soon as the panel is there. */
const panelKeys = [
  { id: 'panel.ask', key: 'a', title: ({ chat }: Texts) => chat.placeholder },
  { id: 'panel.editCaption', key: 'e', title: ({ photo }: Texts) => photo.editCaption },
  { id: 'panel.tag', key: 't', title: ({ photo }: Texts) => photo.addTag },
] as const;

/** They show the panel, and then do what they do. */
export function hiddenPanelCommands(app: AppState): Command[] {
  const isHidden = (): boolean => {
    const isShown = app.panelShown && !app.fullScreen.isOn;
    return !isShown && hasPhotosAtHand(app);
  };
  return panelKeys.map(({ id, key, title }) => ({
    id: `show.${id}`,
    title: () => title(app.texts),
    keys: [key],
    keysOnly: true,
    when: isHidden,
    run: () => {
      app.commands.runOnceThere(id);
      app.fullScreen.leave();
      app.showPanel(true);
    },
  }));
}
