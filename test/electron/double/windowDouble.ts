/** @file A window that is a page of Chromium: its requests go through the session and the protocol handlers of the double, its preload script runs before it. */
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { setImmediate } from 'node:timers/promises';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { Browser, Page, Request as PageRequest, Route } from 'playwright';
import { fromChromium, scriptForChromium, toChromium } from './address.ts';
import { type PortDouble, PreloadWorld } from './preloadWorld.ts';

/** What the windows need of the rest of the double. */
export interface WindowSurroundings {
  readonly browser: Browser;
  readonly windows: Set<WindowDouble>;
  readonly neverReadyToShow: boolean;
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
  | 'isDestroyed'
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
  /** All that were shown, in order. */
  readonly progress: number[] = [];
  minimized = false;
  focused = false;
  #maximized = false;
  #load: PromiseWithResolvers<void> | undefined;
  #isPageGone = false;
  #isDestroyed = false;

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

  /** As Electron's: rejected when the page is not loaded, when another load takes its place, and when the window goes. */
  async loadURL(url: string): Promise<void> {
    this.#assertThere();
    this.#load?.reject(loadError(-3, 'ERR_ABORTED', url));
    const load = Promise.withResolvers<void>();
    // Electron's own promise has somebody who listens, too.
    load.promise.catch(() => undefined);
    this.#load = load;
    void this.#goTo(url, load);
    await load.promise;
  }

  async #goTo(url: string, load: PromiseWithResolvers<void>): Promise<void> {
    try {
      const { page } = await this.#opened;
      await page.goto(toChromium(url));
    } catch (error) {
      if (this.#load !== load || this.#isDestroyed) return;
      this.#load = undefined;
      const name = /net::(ERR_\w+)/.exec(String(error))?.[1] ?? 'ERR_FAILED';
      this.webContents.emit('did-fail-load', {}, -2, name, url, true);
      load.reject(loadError(-2, name, url));
      return;
    }
    if (this.#load !== load || this.#isDestroyed) return;
    this.#load = undefined;
    if (!this.#around.neverReadyToShow) this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
    load.resolve();
  }

  /** As a person does it. The page goes first, and what hears of that runs before the window itself is gone. */
  async closeByPerson(): Promise<void> {
    this.emit('close', { preventDefault: () => undefined });
    this.#endPage();
    await setImmediate();
    this.destroy();
  }

  isLoading(): boolean {
    return this.#load !== undefined;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    if (!this.#around.windows.delete(this)) return;
    this.#endPage();
    this.#isDestroyed = true;
    const close = async ({ page, preload }: { page: Page; preload: PreloadWorld }) => {
      preload.closePorts();
      // The browser may be ending already, with all that is in it.
      if (page.context().browser()?.isConnected() === true) await page.context().close();
    };
    // a page that did not come up before the browser went has nothing to close
    void this.#opened.then(close, () => undefined);
    this.emit('closed');
    this.#around.windowClosed();
  }

  #endPage(): void {
    if (this.#isPageGone) return;
    this.#isPageGone = true;
    this.webContents.emit('destroyed');
    this.#load?.reject(loadError(-2, 'ERR_FAILED', 'vignette://app/'));
    this.#load = undefined;
  }

  /** Nothing may be asked of a window that is gone. */
  #assertThere(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }

  show(): void {
    this.#assertThere();
    this.calls.push('show');
  }
  focus(): void {
    this.#assertThere();
    this.focused = true;
    this.calls.push('focus');
  }
  restore(): void {
    this.#assertThere();
    this.minimized = false;
    this.calls.push('restore');
  }
  maximize(): void {
    this.#assertThere();
    this.#maximized = true;
  }
  isMinimized(): boolean {
    this.#assertThere();
    return this.minimized;
  }
  isMaximized(): boolean {
    this.#assertThere();
    return this.#maximized;
  }
  isFullScreen(): boolean {
    this.#assertThere();
    return false;
  }
  isFocused(): boolean {
    this.#assertThere();
    return this.focused;
  }
  getNormalBounds() {
    this.#assertThere();
    return { x: 40, y: 30, width: this.options.width ?? 0, height: this.options.height ?? 0 };
  }
  setBackgroundColor(color: string): void {
    this.#assertThere();
    this.calls.push(`background ${color}`);
  }
  setProgressBar(progress: number): void {
    this.#assertThere();
    this.progress.push(progress);
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
    if (request.isNavigationRequest() && this.#load === undefined && this.#isPrevented('will-frame-navigate', url)) {
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

function loadError(errno: number, code: string, url: string): Error {
  return Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { errno, code, url });
}

/** Of HTTP/2 there are names that no `Headers` takes. */
function fetchable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
}

/** As Electron reads it: the handler's request has no signal, and the body that nobody wants any more is destroyed. */
async function bodyOf(request: PageRequest, { body }: Response): Promise<Buffer | undefined> {
  if (body === null) return Buffer.alloc(0);
  // The browser's types and Node's describe the same streams in ways that do not fit.
  const stream = Readable.fromWeb(body as ReadableStream);
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
