/** @file A window that is a page of Chromium: its requests go through the session and the protocol handlers of the double, its preload script runs before it. */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { Browser, Page, Request as PageRequest, Route } from 'playwright';
import { fromChromium, scriptForChromium, toChromium } from './address.ts';
import { type PortDouble, PreloadWorld } from './preloadWorld.ts';

/** What the windows need of the rest of the double. */
export interface WindowSurroundings {
  readonly browser: Browser;
  readonly windows: Set<WindowDouble>;
  contentsCreated(contents: EventEmitter): void;
  /** What a page's preload script sends, with the frame that it is in. */
  message(
    channel: string,
    event: { senderFrame: { url: string; parent: null }; ports: readonly PortDouble[] },
    args: readonly unknown[],
  ): void;
  cancels(url: string): boolean;
  answer(request: Request): Promise<Response>;
  windowClosed(): void;
}

class ContentsDouble extends EventEmitter {
  openHandler: (() => { action: 'deny' }) | undefined;

  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openHandler = handler;
  }
}

type UsedOfBrowserWindow = Pick<
  BrowserWindow,
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'destroy'
  | 'restore'
  | 'maximize'
  | 'isMinimized'
  | 'isMaximized'
  | 'isFullScreen'
  | 'isFocused'
  | 'getNormalBounds'
  | 'setBackgroundColor'
  | 'setProgressBar'
>;

export class WindowDouble extends EventEmitter implements UsedOfBrowserWindow {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents = new ContentsDouble();
  /** What the browser's console and the page complained about. */
  readonly complaints: string[] = [];
  readonly #around: WindowSurroundings;
  readonly #opened: Promise<{ page: Page; preload: PreloadWorld }>;
  readonly calls: string[] = [];
  progress = -1;
  minimized = false;
  focused = false;
  #maximized = false;
  #loading = false;

  constructor(options: BrowserWindowConstructorOptions, around: WindowSurroundings) {
    super();
    this.options = options;
    this.#around = around;
    around.windows.add(this);
    around.contentsCreated(this.webContents);
    this.#opened = this.#open();
  }

  async page(): Promise<Page> {
    return (await this.#opened).page;
  }

  async drop(paths: readonly string[]): Promise<void> {
    await (await this.#opened).preload.drop(paths, 400, 300);
  }

  async loadURL(url: string): Promise<void> {
    const { page } = await this.#opened;
    this.#loading = true;
    await page.goto(toChromium(url));
    this.#loading = false;
    this.emit('ready-to-show');
  }

  destroy(): void {
    if (!this.#around.windows.delete(this)) return;
    void this.#opened.then(async ({ page, preload }) => {
      preload.closePorts();
      // The browser may be ending already, with all that is in it.
      if (page.context().browser()?.isConnected() === true) await page.context().close();
    });
    this.emit('closed');
    this.#around.windowClosed();
  }

  show(): void {
    this.calls.push('show');
  }
  focus(): void {
    this.focused = true;
    this.calls.push('focus');
  }
  restore(): void {
    this.minimized = false;
    this.calls.push('restore');
  }
  maximize(): void {
    this.#maximized = true;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isFullScreen(): boolean {
    return false;
  }
  isFocused(): boolean {
    return this.focused;
  }
  getNormalBounds() {
    return { x: 40, y: 30, width: this.options.width ?? 0, height: this.options.height ?? 0 };
  }
  setBackgroundColor(color: string): void {
    this.calls.push(`background ${color}`);
  }
  setProgressBar(progress: number): void {
    this.progress = progress;
  }

  async #open(): Promise<{ page: Page; preload: PreloadWorld }> {
    const { width = 800, height = 600, webPreferences } = this.options;
    const context = await this.#around.browser.newContext({ colorScheme: 'dark', viewport: { width, height } });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    await context.route('**/*', (route) => this.#answer(route));
    const preload = await PreloadWorld.open(page, webPreferences?.preload ?? '', (channel, args, ports) => {
      const senderFrame = { url: fromChromium(page.url()), parent: null };
      this.#around.message(channel, { senderFrame, ports }, args);
    });
    return { page, preload };
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = fromChromium(request.url());
    // As in Electron, what the application loads itself asks nobody.
    if (request.isNavigationRequest() && !this.#loading && this.#isPrevented('will-frame-navigate', url)) {
      await route.abort('aborted');
      return;
    }
    if (this.#around.cancels(url) || !url.startsWith('vignette:')) {
      await route.abort('blockedbyclient');
      return;
    }
    const { method, headers } = { method: request.method(), headers: request.headers() };
    const response = await this.#around.answer(new Request(url, { method, headers: fetchable(headers) }));
    const body = await bodyOf(request, response);
    if (body === undefined) {
      await route.abort('failed').catch(() => undefined);
      return;
    }
    const isScript = response.headers.get('content-type')?.startsWith('text/javascript') === true;
    const { 'content-length': _length, ...kept } = Object.fromEntries(response.headers);
    await route
      .fulfill({
        status: response.status,
        headers: kept,
        body: isScript ? scriptForChromium(body.toString()) : body,
      })
      // The page went away, or does not want it any more.
      .catch(() => undefined);
  }

  #isPrevented(event: string, url: string): boolean {
    let prevented = false;
    const preventDefault = (): void => {
      prevented = true;
    };
    this.webContents.emit(event, { url, preventDefault });
    return prevented;
  }
}

/** Of HTTP/2 there are names that no `Headers` takes. */
function fetchable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
}

/** As Electron reads it: the handler's request has no signal, and the body that nobody wants any more is destroyed. */
async function bodyOf(request: PageRequest, { body }: Response): Promise<Buffer | undefined> {
  if (body === null) return Buffer.alloc(0);
  const stream = Readable.fromWeb(body);
  const page = request.frame().page();
  const leave = (failed: PageRequest): void => {
    if (failed === request) stream.destroy();
  };
  page.on('requestfailed', leave);
  try {
    return await buffer(stream);
  } catch {
    return undefined;
  } finally {
    page.off('requestfailed', leave);
  }
}
