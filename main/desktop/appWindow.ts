/** @file The application's one window through its life: made, opened where it was, brought to the front, loaded again when its page dies. Desktop main process. */
import type { BrowserWindowConstructorOptions } from 'electron';
import { serializeError } from '../../native-models/errors.ts';
import type { CrashReports } from './crashReports.ts';
import { pageUrl } from './pageAddress.ts';
import {
  minHeightPx,
  minWidthPx,
  placeFor,
  type Rectangle,
  type WindowPlace,
  type WindowState,
  type WindowStateFile,
} from './windowState.ts';

/** A page that dies again within this time after it was loaded anew would only die on. */
const soonAgainMs = 10 * 60_000;
const saveDelayMs = 500;
/** A window that is not ready to be shown by then is shown as it is. */
const latestShowMs = 2000;
const movements = ['resize', 'move', 'maximize', 'unmaximize', 'enter-full-screen', 'leave-full-screen'] as const;

/** What is used of Electron's `BrowserWindow`. */
export interface ShownWindow {
  readonly webContents: {
    on(
      event: 'render-process-gone',
      listener: (event: unknown, details: { readonly reason: string; readonly exitCode: number }) => void,
    ): unknown;
    once(event: 'did-finish-load' | 'destroyed', listener: () => void): unknown;
    once(event: 'did-fail-load', listener: () => void): unknown;
  };
  once(event: 'ready-to-show' | 'closed', listener: () => void): unknown;
  on(event: 'close' | 'session-end', listener: () => void): unknown;
  on(event: 'resize' | 'move', listener: () => void): unknown;
  on(event: 'maximize' | 'unmaximize', listener: () => void): unknown;
  on(event: 'enter-full-screen' | 'leave-full-screen', listener: () => void): unknown;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  destroy(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isFullScreen(): boolean;
  isFocused(): boolean;
  getNormalBounds(): Rectangle;
  setBackgroundColor(color: string): void;
  setProgressBar(fraction: number, options?: { mode: 'normal' | 'paused' }): void;
}

export interface AppWindowOptions<Window extends ShownWindow> {
  readonly create: (options: BrowserWindowConstructorOptions) => Window;
  readonly look: () => Pick<WindowLook, 'preloadScript' | 'iconFile' | 'isDark' | 'platform'>;
  readonly workAreas: () => readonly Rectangle[];
  readonly stateFile: WindowStateFile;
  readonly crashes: CrashReports;
  /** Asks whether to load the page once more. @param failure why it was not loaded; undefined where it died */
  readonly askToReload: (window: Window, failure?: string) => Promise<boolean>;
  readonly quit: () => void;
}

export class AppWindow<Window extends ShownWindow> {
  readonly #options: AppWindowOptions<Window>;
  #window: Window | undefined;
  #opening: Promise<void> | undefined;
  /** Of the window that is there: shows it, the first time only. */
  #reveal: (() => void) | undefined;
  /** How often the page was loaded: of several loads at once, the last counts. */
  #loads = 0;
  #isClosedForGood = false;

  constructor(options: AppWindowOptions<Window>) {
    this.#options = options;
  }

  /** Undefined while there is none. */
  get current(): Window | undefined {
    return this.#window;
  }

  get isFocused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  /** Brings the window to the front; opens it where there is none. Its page may be on its way, or wait for an answer. */
  async show(): Promise<void> {
    if (this.#isClosedForGood) return;
    if (this.#window !== undefined) {
      if (this.#window.isMinimized()) this.#window.restore();
      this.#reveal?.();
      this.#window.show();
      this.#window.focus();
      return;
    }
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  /** For good. Where it stands is kept; the page is not asked. */
  close(): void {
    this.#isClosedForGood = true;
    if (this.#window === undefined) return;
    this.#options.stateFile.save(stateOf(this.#window));
    this.#window.destroy();
  }

  /** The colours are not what they were. */
  recolor(): void {
    this.#window?.setBackgroundColor(backgroundColor(this.#options.look().isDark));
  }

  async #open(): Promise<void> {
    const { create, look, workAreas, stateFile } = this.#options;
    const place = placeFor(await stateFile.read(), workAreas());
    if (this.#isClosedForGood) return;
    const window = create(windowOptions({ ...look(), place }));
    this.#window = window;
    this.#remember(window);
    this.#recover(window);
    const forget = (): void => {
      if (this.#window === window) this.#window = undefined;
    };
    // The page goes before its window does, and loading it fails in between.
    window.webContents.once('destroyed', forget);
    window.once('closed', forget);
    // A Windows session that ends waits for nobody; as much as possible is put away.
    window.on('session-end', this.#options.quit);
    this.#revealWhenReady(window, place.maximized);
    await this.#load(window);
  }

  /** On Wayland, a hidden window may never be ready to be shown. */
  #revealWhenReady(window: Window, maximized: boolean): void {
    let isRevealed = false;
    const reveal = (): void => {
      if (isRevealed || this.#window !== window) return;
      isRevealed = true;
      clearTimeout(timer);
      if (maximized) window.maximize();
      window.show();
    };
    const timer = setTimeout(reveal, latestShowMs);
    this.#reveal = reveal;
    window.once('ready-to-show', reveal);
    window.webContents.once('did-finish-load', reveal);
    window.webContents.once('did-fail-load', reveal);
    window.once('closed', () => clearTimeout(timer));
  }

  /** Where it cannot be loaded, the person is told why and decides. */
  async #load(window: Window): Promise<void> {
    const { crashes, askToReload, quit } = this.#options;
    this.#loads += 1;
    const load = this.#loads;
    try {
      await window.loadURL(pageUrl);
    } catch (error) {
      // It was closed meanwhile, or its page is being loaded anew.
      if (this.#window !== window || this.#loads !== load) return;
      crashes.reportError('page-load', error);
      const again = await askToReload(window, serializeError(error).message);
      if (this.#window !== window) return;
      if (again) await this.#load(window);
      else quit();
    }
  }

  #remember(window: Window): void {
    const { stateFile } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const save = (): void => {
      clearTimeout(timer);
      timer = undefined;
      stateFile.save(stateOf(window));
    };
    for (const event of movements) {
      // Each event's signature is one of several: the compiler wants them one at a time.
      onMovement(window, event, () => {
        timer ??= setTimeout(save, saveDelayMs);
      });
    }
    window.on('close', save);
    window.once('closed', () => clearTimeout(timer));
  }

  #recover(window: Window): void {
    const { crashes, askToReload, quit } = this.#options;
    let reloadedAtMs = Number.NEGATIVE_INFINITY;
    const load = (): void => {
      reloadedAtMs = Date.now();
      this.#load(window).catch((error: unknown) => crashes.reportError('dialog', error));
    };
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return;
      crashes.report('page', { message: 'The process of the page ended.', details: { reason, exitCode } });
      if (Date.now() - reloadedAtMs > soonAgainMs) {
        load();
        return;
      }
      askToReload(window)
        .then((again) => {
          if (this.#window !== window) return;
          if (again) load();
          else quit();
        })
        .catch((error: unknown) => crashes.reportError('dialog', error));
    });
  }
}

function onMovement(window: ShownWindow, event: (typeof movements)[number], listener: () => void): void {
  if (event === 'resize' || event === 'move') window.on(event, listener);
  else if (event === 'maximize' || event === 'unmaximize') window.on(event, listener);
  else window.on(event, listener);
}

function stateOf(window: ShownWindow): WindowState {
  const { x, y, width, height } = window.getNormalBounds();
  return { x, y, width, height, maximized: window.isMaximized(), fullScreen: window.isFullScreen() };
}

interface WindowLook {
  readonly preloadScript: string;
  readonly iconFile: string;
  readonly place: WindowPlace;
  readonly isDark: boolean;
  readonly platform: NodeJS.Platform;
}

/** The page's own background, which shows until the page has painted. */
function backgroundColor(isDark: boolean): string {
  return isDark ? '#0e0e0f' : '#fbfbfa';
}

/**
 * On a Mac the page reaches to the top and leaves room for the three buttons, as applications do there; elsewhere the
 * system's own bar holds the title and, with Alt, the menus.
 */
function titleBar(platform: NodeJS.Platform): BrowserWindowConstructorOptions {
  if (platform === 'darwin') {
    return { titleBarStyle: 'hidden', titleBarOverlay: true, trafficLightPosition: { x: 14, y: 14 } };
  }
  return { autoHideMenuBar: true };
}

export function windowOptions({ preloadScript, iconFile, place, isDark, platform }: WindowLook) {
  return {
    width: place.width,
    height: place.height,
    ...place.position,
    minWidth: minWidthPx,
    minHeight: minHeightPx,
    // On a Mac an explicit false means that the window can never fill the screen.
    ...(place.fullScreen ? { fullscreen: true } : {}),
    // Shown when the page has painted; until then the window would flash.
    show: false,
    backgroundColor: backgroundColor(isDark),
    title: 'Vignette',
    // Elsewhere the icon comes with the application.
    ...(platform === 'linux' ? { icon: iconFile } : {}),
    ...titleBar(platform),
    webPreferences: {
      preload: preloadScript,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  } satisfies BrowserWindowConstructorOptions;
}
