/** @file The icon beside the clock: how the queue gets on, and its switch. Desktop main process. */
import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopTexts } from '../../resources/messages/texts.ts';
import { queueSwitch } from './menu.ts';

/** What is used of Electron's `Tray`. */
export interface TrayIcon<Menu> {
  setToolTip(text: string): void;
  setContextMenu(menu: Menu): void;
  on(event: 'click', listener: () => void): unknown;
  destroy(): void;
}

export interface QueueTrayOptions<Menu> {
  /** Undefined where the system has no place for it. */
  readonly create: () => TrayIcon<Menu> | undefined;
  readonly buildMenu: (template: MenuItemConstructorOptions[]) => Menu;
  readonly open: () => void;
  /** On a Mac a click opens the menu, and nothing else. */
  readonly opensOnClick: boolean;
  readonly quit: () => void;
  readonly pauseQueue: (paused: boolean) => void;
}

export interface TrayContent {
  readonly texts: DesktopTexts;
  readonly status: string;
  readonly isQueuePaused: boolean;
}

export class QueueTray<Menu> implements Disposable {
  readonly #options: QueueTrayOptions<Menu>;
  readonly #icon: TrayIcon<Menu> | undefined;
  #shown: TrayContent | undefined;

  constructor(options: QueueTrayOptions<Menu>) {
    this.#options = options;
    this.#icon = options.create();
    if (options.opensOnClick) this.#icon?.on('click', options.open);
  }

  /** Nothing is built anew while it says the same: an open menu would close. */
  show(content: TrayContent): void {
    const { texts, status, isQueuePaused } = content;
    const before = this.#shown;
    if (before?.texts === texts && before.status === status && before.isQueuePaused === isQueuePaused) return;
    this.#shown = content;
    const { buildMenu, open, quit, pauseQueue } = this.#options;
    this.#icon?.setToolTip(`Vignette: ${status}`);
    this.#icon?.setContextMenu(
      buildMenu([
        { id: 'status', label: status, enabled: false },
        queueSwitch({ texts, isQueuePaused, pauseQueue }),
        { type: 'separator' },
        { id: 'open', label: texts.open, click: open },
        { id: 'quit', label: texts.quit, click: quit },
      ]),
    );
  }

  [Symbol.dispose](): void {
    this.#icon?.destroy();
  }
}
