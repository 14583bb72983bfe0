/** @file A double of Electron under which the application's own main process runs in a test: windows are pages of Chromium, processes are real, and what goes to the system is written down. What it has of Electron's methods, the compiler holds against Electron's types. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type {
  App,
  BrowserWindowConstructorOptions,
  CommandLine,
  CrashReporter,
  Dialog,
  ForkOptions,
  MenuItemConstructorOptions,
  MessageBoxReturnValue,
  OpenDialogReturnValue,
  PowerMonitor,
  PowerSaveBlocker,
  Protocol,
  Shell,
  UtilityProcess,
} from 'electron';
import type { Browser } from 'playwright';
import { KeyStoreDouble, type KeyStoreKind } from './keyStoreDouble.ts';
import { WindowDouble, type WindowSurroundings } from './windowDouble.ts';

type UsedOfApp = Pick<
  App,
  | 'isPackaged'
  | 'commandLine'
  | 'isReady'
  | 'whenReady'
  | 'getPath'
  | 'setPath'
  | 'getVersion'
  | 'getPreferredSystemLanguages'
  | 'requestSingleInstanceLock'
  | 'setAsDefaultProtocolClient'
  | 'enableSandbox'
  | 'quit'
  | 'exit'
>;

class CommandLineDouble implements CommandLine {
  readonly #switches = new Map<string, string>();
  appendArgument() {}
  appendSwitch(name: string, value = '') {
    this.#switches.set(name, value);
  }
  getSwitchValue = (name: string) => this.#switches.get(name) ?? '';
  hasSwitch = (name: string) => this.#switches.has(name);
  removeSwitch(name: string) {
    this.#switches.delete(name);
  }
}

class AppDouble extends EventEmitter implements UsedOfApp {
  readonly isPackaged: boolean;
  readonly #userData: string;
  readonly #windows: ReadonlySet<WindowDouble>;
  /** Resolves to the exit code when the application has ended. */
  readonly ended = Promise.withResolvers<number>();
  isSandboxed = false;
  readonly commandLine = new CommandLineDouble();

  constructor(userData: string, windows: ReadonlySet<WindowDouble>, isPackaged: boolean) {
    super();
    this.isPackaged = isPackaged;
    this.#userData = userData;
    this.#windows = windows;
  }

  #isReady = false;

  isReady = () => this.#isReady;
  whenReady = async () => {
    await setImmediate();
    this.#isReady = true;
  };

  /** Most of Electron cannot be used before. */
  assertReady(what: string): void {
    if (!this.#isReady) throw new Error(`${what} cannot be used before the app is ready.`);
  }

  /** Some of it must be set up before. */
  assertNotReady(what: string): void {
    if (this.#isReady) throw new Error(`${what} should be called before the app is ready.`);
  }

  getPath = () => this.#userData;
  setPath() {}
  getVersion = () => '1.0.0';
  getPreferredSystemLanguages = () => ['en-GB'];
  requestSingleInstanceLock = () => true;
  setAsDefaultProtocolClient = () => true;
  enableSandbox() {
    this.assertNotReady('app.enableSandbox');
    this.isSandboxed = true;
  }

  quit(): void {
    let prevented = false;
    const preventDefault = (): void => {
      prevented = true;
    };
    this.emit('before-quit', { preventDefault });
    if (prevented) return;
    this.exit(0);
  }

  exit(code = 0): void {
    for (const window of this.#windows) window.destroy();
    this.ended.resolve(code);
  }
}

class SessionDouble {
  cancels: (url: string) => boolean = () => false;
  setPermissionRequestHandler() {}
  setPermissionCheckHandler() {}
  readonly webRequest = {
    onBeforeRequest: (
      listener: (details: { url: string }, callback: (response: { cancel: boolean }) => void) => void,
    ): void => {
      this.cancels = (url) => {
        let cancelled = true;
        listener({ url }, ({ cancel }) => {
          cancelled = cancel;
        });
        return cancelled;
      };
    },
  };
}

class NoticeDouble extends EventEmitter {
  static isSupported = () => true;
  readonly options: { readonly title: string; readonly body: string };
  constructor(options: { readonly title: string; readonly body: string }) {
    super();
    this.options = options;
  }
  show() {}
}

class TrayDouble extends EventEmitter {
  /** All that were shown, in order. */
  readonly tips: string[] = [];
  menu: readonly MenuItemConstructorOptions[] = [];
  setToolTip(text: string) {
    this.tips.push(text);
  }
  get tip(): string {
    return this.tips.at(-1) ?? '';
  }
  setContextMenu(menu: readonly MenuItemConstructorOptions[]) {
    this.menu = menu;
  }
  destroy() {}
}

/** Electron starts a process elsewhere, and cannot end it before it hears of it. */
const spawnMs = 50;
/** Electron asks a process to end, and ends it when it has not by then. */
const graceMs = 2000;

type UsedOfUtilityProcess = Pick<UtilityProcess, 'pid' | 'postMessage' | 'kill'>;

/** A real process, with the messages of one of Electron's. */
class UtilityDouble extends EventEmitter implements UsedOfUtilityProcess {
  readonly #waiting: unknown[] = [];
  #child: ChildProcess | undefined;
  #hasEnded = false;

  constructor(modulePath: string, args: string[], { stdio, serviceName }: ForkOptions, running: Set<EventEmitter>) {
    super();
    if (!Array.isArray(stdio) || stdio[0] !== 'ignore')
      throw new Error('stdin value other than ignore is not supported.');
    if (typeof serviceName !== 'string') throw new Error('serviceName must be a string.');
    running.add(this);
    setTimeout(() => this.#spawn(modulePath, args, running), spawnMs);
  }

  get pid(): number | undefined {
    return this.#hasEnded ? undefined : this.#child?.pid;
  }

  postMessage(message: unknown): void {
    if (this.#hasEnded) return;
    if (this.#child === undefined) this.#waiting.push(message);
    else if (this.#child.connected && typeof message === 'object' && message !== null) this.#child.send(message);
  }

  kill(): boolean {
    const child = this.#child;
    if (child === undefined || this.#hasEnded) return false;
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    child.once('exit', () => clearTimeout(timer));
    return child.kill('SIGTERM');
  }

  #spawn(modulePath: string, args: string[], running: Set<EventEmitter>): void {
    const child = fork(modulePath, args, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    child.on('message', (message) => this.emit('message', message));
    // What is posted to a process that ends meanwhile is lost, as Electron loses it.
    child.on('error', () => {});
    child.on('exit', (code) => {
      this.#hasEnded = true;
      running.delete(this);
      this.emit('exit', code ?? 0);
    });
    for (const message of this.#waiting.splice(0)) this.postMessage(message);
    this.emit('spawn');
  }
}

export interface Unkindness {
  /** Windows never say that they are ready to be shown, as on Wayland. */
  readonly neverReadyToShow?: boolean;
  readonly isPackaged?: boolean;
  readonly keyStoreKind?: KeyStoreKind;
  /** Of an earlier start on the same computer. */
  readonly formerKeyStore?: KeyStoreDouble;
}

export class ElectronDouble {
  readonly windows = new Set<WindowDouble>();
  readonly app: AppDouble;
  readonly ipcMain = new EventEmitter();
  readonly safeStorage: KeyStoreDouble;
  readonly trays: TrayDouble[] = [];
  readonly processes = new Set<EventEmitter>();
  /** What was asked of the system, in order. */
  readonly said: string[] = [];
  /** What the person chooses in the next dialogs for folders. */
  readonly choices: string[] = [];
  readonly powerMonitor = Object.assign(new EventEmitter(), {
    isOnBatteryPower: () => false,
  } satisfies Pick<PowerMonitor, 'isOnBatteryPower'>);
  readonly nativeTheme = Object.assign(new EventEmitter(), { themeSource: 'system', shouldUseDarkColors: true });
  menu: readonly MenuItemConstructorOptions[] = [];
  readonly #session = new SessionDouble();
  readonly #handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  readonly #around: WindowSurroundings;

  readonly browser: Browser;

  constructor(userData: string, browser: Browser, unkindness: Unkindness = {}) {
    const { neverReadyToShow = false, isPackaged = false, keyStoreKind, formerKeyStore } = unkindness;
    this.browser = browser;
    this.app = new AppDouble(userData, this.windows, isPackaged);
    this.safeStorage = new KeyStoreDouble(keyStoreKind, this.app.isReady);
    if (formerKeyStore !== undefined) this.safeStorage.goOnFrom(formerKeyStore);
    this.#around = {
      browser,
      neverReadyToShow,
      windows: this.windows,
      contentsCreated: (contents) => this.app.emit('web-contents-created', {}, contents),
      message: (channel, event, args) => this.ipcMain.emit(channel, event, ...args),
      cancels: (url) => this.#session.cancels(url),
      answer: async (request) => {
        const handler = this.#handlers.get(new URL(request.url).protocol.slice(0, -1));
        return (await handler?.(request)) ?? new Response(null, { status: 404 });
      },
      windowClosed: () => {
        if (this.windows.size === 0) this.app.emit('window-all-closed');
      },
    };
  }

  /** The one window. */
  window(): WindowDouble {
    const [window, ...others] = this.windows;
    if (window === undefined || others.length > 0) throw new Error('There is not one window.');
    return window;
  }

  /** Another window like the application's own. */
  windowLike({ options }: WindowDouble): WindowDouble {
    return new WindowDouble(options, this.#around);
  }

  /** Chooses an item of the application's menus by its id. */
  choose(id: string): void {
    const item = this.menu.flatMap(itemsOf).find((one) => one.id === id);
    if (item?.click === undefined) throw new Error(`The menus have no ${id}.`);
    Reflect.apply(item.click, undefined, []);
  }

  /** What `import … from 'electron'` gives the application. */
  module() {
    const { app, ipcMain, powerMonitor, nativeTheme, safeStorage, said } = this;
    const double = this;
    return {
      app,
      ipcMain,
      powerMonitor,
      nativeTheme,
      safeStorage,
      session: {
        get defaultSession() {
          app.assertReady('session');
          return double.#session;
        },
      },
      Notification: NoticeDouble,
      BrowserWindow: class extends WindowDouble {
        constructor(options: BrowserWindowConstructorOptions) {
          double.app.assertReady('BrowserWindow');
          super(options, double.#around);
        }
      },
      Tray: class extends TrayDouble {
        constructor() {
          app.assertReady('Tray');
          super();
          double.trays.push(this);
        }
      },
      Menu: {
        buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => template,
        setApplicationMenu: (menu: readonly MenuItemConstructorOptions[]) => {
          double.menu = menu;
        },
      },
      protocol: {
        registerSchemesAsPrivileged: (schemes) => {
          app.assertNotReady('protocol.registerSchemesAsPrivileged');
          said.push(`schemes ${schemes.map(({ scheme }) => scheme)}`);
        },
        handle: (scheme, handler) => {
          app.assertReady('protocol');
          if (double.#handlers.has(scheme)) throw new Error(`The scheme ${scheme} is handled already.`);
          double.#handlers.set(scheme, asyncHandler(handler));
        },
      } satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>,
      dialog: {
        ...dialogDouble(said, this.choices),
      },
      shell: {
        showItemInFolder: (path) => void said.push(`reveal ${path}`),
        openPath: async (path) => {
          said.push(`open ${path}`);
          return '';
        },
      } satisfies Pick<Shell, 'showItemInFolder' | 'openPath'>,
      crashReporter: {
        start: ({ uploadToServer }) => void said.push(`crash reports ${uploadToServer === false ? 'stay' : 'leave'}`),
      } satisfies Pick<CrashReporter, 'start'>,
      powerSaveBlocker: {
        start: () => said.push('awake'),
        stop: () => said.push('may sleep') > 0,
      } satisfies Pick<PowerSaveBlocker, 'start' | 'stop'>,
      utilityProcess: {
        fork: (modulePath: string, args: string[], options: ForkOptions) => {
          double.app.assertReady('utilityProcess');
          return new UtilityDouble(modulePath, args, options, double.processes);
        },
      },
      nativeImage: {
        createFromPath: (path: string) => {
          if (!existsSync(path)) throw new Error(`There is no picture ${path}.`);
          return { resize: () => ({}) };
        },
      },
      screen: {
        getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
        getAllDisplays: () => [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
      },
    };
  }
}

type ProtocolHandler = Parameters<Protocol['handle']>[1];

/** Electron's own type of a request is the global one with another name. */
function asyncHandler(handler: ProtocolHandler): (request: Request) => Promise<Response> {
  return async (request) => await handler(request);
}

function dialogDouble(said: string[], choices: string[]) {
  return {
    showOpenDialog: async (): Promise<OpenDialogReturnValue> => {
      const chosen = choices.shift();
      return { canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] };
    },
    showMessageBox: async (): Promise<MessageBoxReturnValue> => ({ response: 0, checkboxChecked: false }),
    showErrorBox: (title, content) => void said.push(`error ${title}: ${content}`),
  } satisfies Pick<Dialog, 'showOpenDialog' | 'showMessageBox' | 'showErrorBox'>;
}

function itemsOf(item: MenuItemConstructorOptions): MenuItemConstructorOptions[] {
  return [item, ...(Array.isArray(item.submenu) ? item.submenu.flatMap(itemsOf) : [])];
}
