/** @file The application's menus, as each system expects them. What concerns the page goes to it as a command of its own. Desktop main process. */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../preload/contract/desktop.ts';
import type { DesktopTexts } from '../../resources/messages/texts.ts';

export interface MenuOptions {
  readonly texts: DesktopTexts;
  readonly platform: NodeJS.Platform;
  /** Started from a checkout: the page can be looked into. */
  readonly isDevelopment: boolean;
  readonly isQueuePaused: boolean;
  readonly run: (command: MenuCommand) => void;
  readonly pauseQueue: (paused: boolean) => void;
  readonly showCrashReports: () => void;
}

/**
 * Keys that the page has for its commands: shown here, and left to the page, which gets every key first. On a Mac the
 * menu gets what the page lets pass, such as undoing in a field.
 */
export const pageKeys: Readonly<Partial<Record<MenuCommand, string>>> = {
  export: 'mod+e',
  undo: 'mod+z',
  redo: 'mod+shift+z',
  'select-all': 'mod+a',
  filter: 'mod+f',
  palette: 'mod+k',
  'go-settings': 'mod+,',
  sidebar: 'mod+b',
  panel: 'mod+i',
};

/** Keys of the menu alone; in a browser they are the browser's. */
const menuKeys: Readonly<Partial<Record<MenuCommand, string>>> = { 'add-folder': 'mod+o' };

function acceleratorOf(keys: string): string {
  return keys
    .split('+')
    .map((part) => (part === 'mod' ? 'CommandOrControl' : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('+');
}

type Item = MenuItemConstructorOptions;
const separator: Item = { type: 'separator' };

export function menuTemplate(options: MenuOptions): Item[] {
  const { texts, platform, run } = options;
  const { menus } = texts;
  const isMac = platform === 'darwin';
  const item = (id: MenuCommand): Item => {
    const keys = pageKeys[id] ?? menuKeys[id];
    return {
      id,
      label: texts.commands[id],
      click: () => run(id),
      ...(keys === undefined ? {} : { accelerator: acceleratorOf(keys), registerAccelerator: id in menuKeys }),
    };
  };
  const about: Item = { role: 'about', label: texts.about };
  const file: Item[] = [
    item('add-folder'),
    separator,
    item('import'),
    item('export'),
    ...(isMac ? [separator, { role: 'close', label: texts.closeWindow } satisfies Item] : []),
    ...(isMac ? [] : [separator, item('go-settings'), separator, { role: 'quit', label: texts.quit } satisfies Item]),
  ];
  return [
    ...(isMac ? [{ label: 'Vignette', submenu: macApplicationMenu(texts, about, item('go-settings')) }] : []),
    { label: menus.file, submenu: file },
    { label: menus.edit, submenu: editMenu(texts, item) },
    { label: menus.view, submenu: viewMenu(options, item) },
    {
      label: menus.photo,
      submenu: [
        ...(['caption', 'panel.ask', 'panel.editCaption', 'panel.tag'] as const).map(item),
        separator,
        item('photo.reveal'),
        item('photo.openElsewhere'),
      ],
    },
    { label: menus.queue, submenu: [item('queue'), queueSwitch(options)] },
    {
      label: menus.window,
      role: 'window',
      submenu: [
        { role: 'minimize', label: texts.minimize },
        // Elsewhere `zoom` is no role, and makes an item that does nothing.
        ...(isMac
          ? ([
              { role: 'zoom', label: texts.zoom },
              { role: 'front', label: texts.front },
            ] as const)
          : ([{ role: 'close', label: texts.closeWindow }] as const)),
      ],
    },
    {
      label: menus.help,
      role: 'help',
      submenu: [
        item('shortcuts'),
        separator,
        { id: 'crash-reports', label: texts.crashReports, click: options.showCrashReports },
        ...(isMac ? [] : [separator, about]),
      ],
    },
  ];
}

/** Pauses the queue, or lets it go on. */
export function queueSwitch({
  texts,
  isQueuePaused,
  pauseQueue,
}: Pick<MenuOptions, 'texts' | 'isQueuePaused' | 'pauseQueue'>): Item {
  return {
    id: 'pause-queue',
    label: isQueuePaused ? texts.resume : texts.pause,
    click: () => pauseQueue(!isQueuePaused),
  };
}

function macApplicationMenu(texts: DesktopTexts, about: Item, settings: Item): Item[] {
  return [
    ...[about, separator, settings, separator],
    { role: 'services', label: texts.services },
    separator,
    { role: 'hide', label: texts.hide },
    { role: 'hideOthers', label: texts.hideOthers },
    { role: 'unhide', label: texts.showAll },
    separator,
    { role: 'quit', label: texts.quit },
  ];
}

function editMenu(texts: DesktopTexts, item: (id: MenuCommand) => Item): Item[] {
  return [
    ...[item('undo'), item('redo'), separator],
    { role: 'cut', label: texts.cut },
    { role: 'copy', label: texts.copy },
    { role: 'paste', label: texts.paste },
    ...[item('select-all'), separator, item('filter')],
  ];
}

function viewMenu({ texts, isDevelopment }: MenuOptions, item: (id: MenuCommand) => Item): Item[] {
  return [
    ...(['go-library', 'go-review', 'go-tags', 'go-runs', 'go-models'] as const).map(item),
    separator,
    ...(['palette', 'sidebar', 'panel'] as const).map(item),
    separator,
    ...(['larger', 'smaller'] as const).map(item),
    separator,
    { role: 'togglefullscreen', label: texts.fullScreen },
    ...(isDevelopment ? [{ role: 'toggleDevTools', label: texts.developerTools } satisfies Item] : []),
  ];
}
