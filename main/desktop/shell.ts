/** @file What surrounds the page: window, menus, tray, progress, notices, sleep; all of it following the library. Desktop main process. */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  Menu,
  Notification,
  nativeImage,
  nativeTheme,
  type OpenDialogOptions,
  type OpenDialogReturnValue,
  powerSaveBlocker,
  screen,
  shell,
  Tray,
} from 'electron';
import type { MenuCommand } from '../../preload/contract/desktop.ts';
import type { QueueState } from '../../preload/contract/library.ts';
import { languageOf, texts } from '../../resources/messages/texts.ts';
import type { Desktop, HubTokenKeeper } from '../api/desktop.ts';
import type { Installation } from '../api/installation.ts';
import type { LiveApp } from '../api/liveApp.ts';
import { AppWindow } from './appWindow.ts';
import type { CrashReports } from './crashReports.ts';
import { desktopActions } from './desktopActions.ts';
import { menuTemplate } from './menu.ts';
import type { PageEvents } from './pageEvents.ts';
import { Wakefulness } from './power.ts';
import { progressText, queueProgress } from './queueProgress.ts';
import { RunNotices } from './runNotices.ts';
import { QueueTray } from './tray.ts';
import { WindowStateFile } from './windowState.ts';

const trayIconPx = 32;

export interface ShellOptions {
  readonly library: LiveApp;
  readonly installation: Installation;
  readonly crashes: CrashReports;
  readonly events: PageEvents;
  readonly hubToken: HubTokenKeeper;
}

export class Shell implements AsyncDisposable {
  readonly window: AppWindow<BrowserWindow>;
  /** What the page can ask for. */
  readonly actions: Desktop;
  readonly #options: ShellOptions;
  readonly #stateFile = new WindowStateFile(join(app.getPath('userData'), 'window.json'));
  readonly #wakefulness = new Wakefulness(powerSaveBlocker);
  readonly #tray: QueueTray<Menu>;
  readonly #notices: RunNotices;
  readonly #closing = new AbortController();
  #queue: QueueState = { paused: false, reason: null, runs: [] };
  #menuOf = '';

  constructor(options: ShellOptions) {
    this.#options = options;
    const { library, installation, crashes, events, hubToken } = options;
    this.window = new AppWindow({
      create: (windowOptions) => new BrowserWindow(windowOptions),
      look: () => ({ ...installation, isDark: nativeTheme.shouldUseDarkColors, platform: process.platform }),
      workAreas: () => workAreas(),
      stateFile: this.#stateFile,
      crashes,
      askToReload: (window, failure) => this.#askToReload(window, failure),
      quit: () => app.quit(),
    });
    this.actions = desktopActions({
      shell,
      events,
      hubToken,
      texts: () => this.#texts,
      chooseFolder: (title) => this.#choose({ title, properties: ['openDirectory'] }),
      chooseFile: (title, extensions) => {
        return this.#choose({ title, properties: ['openFile'], filters: [{ name: title, extensions }] });
      },
      settingsChanged: () => this.refresh(),
    });
    this.#tray = new QueueTray<Menu>({
      create: () => trayIcon(installation, crashes),
      buildMenu: (template) => Menu.buildFromTemplate(template),
      open: () => this.show(),
      opensOnClick: process.platform !== 'darwin',
      quit: () => app.quit(),
      pauseQueue: (paused) => this.#pauseQueue(paused),
    });
    this.#notices = new RunNotices({
      create: (notice) => (Notification.isSupported() ? new Notification(notice) : undefined),
      run: (runId) => library.catalog.runs.get(runId),
      isWatched: () => this.window.isFocused,
      language: () => this.#language,
      openRun: (runId) => this.#go(`#/run/${runId}`),
      onFailed: (reason) => crashes.report('notification', { message: reason }),
    });
    nativeTheme.on('updated', () => this.window.recolor());
    void this.#follow();
  }

  /** Brings the window to the front, opens it where there is none. */
  show(): void {
    this.window.show().catch((error: unknown) => this.#options.crashes.reportError('page-load', error));
  }

  /** After the settings changed: colours, language, whether the computer is kept awake. */
  refresh(): void {
    nativeTheme.themeSource = this.#options.library.catalog.settings.get('theme');
    this.window.recolor();
    this.#showQueue();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.window.close();
    this.#tray[Symbol.dispose]();
    this.#wakefulness[Symbol.dispose]();
    await this.#stateFile[Symbol.asyncDispose]();
  }

  get #language() {
    return languageOf(this.#options.library.catalog.settings.get('language'), app.getPreferredSystemLanguages());
  }

  get #texts() {
    return texts[this.#language].desktop;
  }

  async #follow(): Promise<void> {
    try {
      for await (const event of this.#options.library.watch(this.#closing.signal)) {
        if (event.type !== 'queue') continue;
        this.#queue = event.queue;
        this.#notices.follow(event.queue);
        this.#showQueue();
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#options.crashes.reportError('queue', error);
    }
  }

  #showQueue(): void {
    const progress = queueProgress(this.#queue);
    const { state, fraction, isWanted } = progress;
    const texts = this.#texts;
    const isQueuePaused = this.#queue.paused;
    this.#tray.show({ texts, status: progressText(progress, this.#language), isQueuePaused });
    this.window.current?.setProgressBar(state === 'idle' ? -1 : fraction, {
      mode: state === 'working' ? 'normal' : 'paused',
    });
    const keepAwake = this.#options.library.catalog.settings.get('keepAwake');
    this.#wakefulness.set(keepAwake && isWanted && state === 'working');
    this.#showMenu(isQueuePaused);
  }

  /** Built anew only where it says something else: an open menu would close. */
  #showMenu(isQueuePaused: boolean): void {
    const menuOf = `${this.#language} ${isQueuePaused}`;
    if (menuOf === this.#menuOf) return;
    this.#menuOf = menuOf;
    const template = menuTemplate({
      texts: this.#texts,
      platform: process.platform,
      isDevelopment: !app.isPackaged,
      isQueuePaused,
      run: (command) => this.#run(command),
      pauseQueue: (paused) => this.#pauseQueue(paused),
      showCrashReports: () => this.#showCrashReports(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  #run(id: MenuCommand): void {
    this.#options.events.tell({ type: 'command', id });
    // On a Mac the menus stay when the window is closed.
    if (this.window.current === undefined) this.show();
  }

  #go(hash: string): void {
    this.#options.events.tell({ type: 'go', hash });
    this.show();
  }

  #pauseQueue(paused: boolean): void {
    const { queue } = this.#options.library;
    if (paused) queue.pause();
    else queue.resume();
  }

  #showCrashReports(): void {
    const { crashes } = this.#options;
    crashes.makeFolder();
    void shell.openPath(crashes.folder);
  }

  async #choose(options: OpenDialogOptions): Promise<OpenDialogReturnValue> {
    const { current } = this.window;
    return await (current === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(current, options));
  }

  async #askToReload(window: BrowserWindow, failure: string | undefined): Promise<boolean> {
    const { pageGone, pageGoneText, pageNotLoaded, reload, quit } = this.#texts;
    const said =
      failure === undefined ? { message: pageGone, detail: pageGoneText } : { message: pageNotLoaded, detail: failure };
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      ...said,
      buttons: [reload, quit],
      defaultId: 0,
      cancelId: 1,
    });
    return response === 0;
  }
}

/** The main screen first. */
function workAreas() {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

function trayIcon({ iconFile, macTrayIconFile }: Installation, crashes: CrashReports): Tray | undefined {
  try {
    // By its name a Mac knows that it may colour it, and finds the one for finer screens.
    if (process.platform === 'darwin') return new Tray(nativeImage.createFromPath(macTrayIconFile));
    return new Tray(nativeImage.createFromPath(iconFile).resize({ height: trayIconPx }));
  } catch (error) {
    // A Linux desktop without a place for such icons, for example.
    crashes.reportError('tray', error);
    return undefined;
  }
}
