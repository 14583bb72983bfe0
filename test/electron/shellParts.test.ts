/** @file What surrounds the page in the desktop application, part by part: where the window opens, what may be opened, crashes, power, progress, notices, menus. */
import { EventEmitter } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MenuItemConstructorOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppWindow, type ShownWindow } from '../../main/desktop/appWindow.ts';
import { CrashReports, reportCrashes } from '../../main/desktop/crashReports.ts';
import { acceptDrops } from '../../main/desktop/drops.ts';
import { assertSandboxed } from '../../main/desktop/hardening.ts';
import { menuTemplate, pageKeys } from '../../main/desktop/menu.ts';
import { linkedPlace, openRequest, ownArguments } from '../../main/desktop/openRequests.ts';
import { PageEvents } from '../../main/desktop/pageEvents.ts';
import { batteryOf, followPower, Wakefulness } from '../../main/desktop/power.ts';
import { progressText, queueProgress } from '../../main/desktop/queueProgress.ts';
import { RunNotices } from '../../main/desktop/runNotices.ts';
import { QueueTray } from '../../main/desktop/tray.ts';
import { keptApart } from '../../main/desktop/userData.ts';
import { placeFor, WindowStateFile } from '../../main/desktop/windowState.ts';
import { menuCommandSchema } from '../../preload/contract/desktop.ts';
import type { RunProgress } from '../../preload/contract/library.ts';
import { languageOf, texts } from '../../resources/messages/texts.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  vi.useRealTimers();
  await folder[Symbol.asyncDispose]();
});

describe('an application started without its sandbox', () => {
  it('does not start, and says what to do', () => {
    const { sandboxOff } = texts.en.desktop;
    const commandLine = (...switches: string[]) => ({ hasSwitch: (name: string) => switches.includes(name) });
    expect(() => assertSandboxed(commandLine('no-sandbox'), sandboxOff)).toThrow(/\.deb package.*vignette serve/);
    expect(() => assertSandboxed(commandLine('lang', 'ozone-platform'), sandboxOff)).not.toThrow();
  });
});

describe("Electron's own files", () => {
  it('move out of the folder that the library has for itself, once', async () => {
    const [former, own] = [join(folder.path, 'Vignette'), join(folder.path, 'Vignette Desktop')];
    await mkdir(join(former, 'crashes'), { recursive: true });
    for (const name of ['window.json', 'crashes/one.json', 'catalog.db']) await writeFile(join(former, name), 'old');
    expect(keptApart(former, own)).toBe(own);
    expect(await readdir(own)).toEqual(['crashes', 'window.json']);
    expect(await readdir(join(own, 'crashes'))).toEqual(['one.json']);
    expect(await readdir(former)).toEqual(['catalog.db']);
    await writeFile(join(former, 'window.json'), 'older still');
    keptApart(former, own);
    expect(await readFile(join(own, 'window.json'), 'utf8')).toBe('old');
  });
});

const laptop = { x: 0, y: 0, width: 1440, height: 900 };
const beside = { x: 1440, y: -200, width: 1920, height: 1080 };
const state = { x: 1600, y: 0, width: 1000, height: 700, maximized: true, fullScreen: false };

describe('the window', () => {
  it('opens where it was, on the screen it was on', () => {
    expect(placeFor(state, [laptop, beside])).toEqual({
      width: 1000,
      height: 700,
      position: { x: 1600, y: 0 },
      maximized: true,
      fullScreen: false,
    });
  });

  it.each([
    ['its screen is gone', state, [laptop]],
    ['its title bar would be above the screen', { ...state, x: 10, y: -300 }, [laptop]],
    ['only a corner of it would show', { ...state, x: 1400, y: 100 }, [laptop]],
  ])('opens in the middle where %s', (_why, kept, areas) => {
    expect(placeFor(kept, areas).position).toBe(undefined);
  });

  it('is never larger than its screen, nor smaller than its page allows', () => {
    const small = { x: 0, y: 0, width: 400, height: 300 };
    expect(placeFor({ ...state, width: 5000, height: 5000 }, [laptop])).toMatchObject({ width: 1440, height: 900 });
    expect(placeFor(undefined, [small])).toMatchObject({ width: 560, height: 400 });
  });

  it.each(['', '{', '{"x":"left"}', '{"x":0,"y":0,"width":1,"height":1,"maximized":true,"fullScreen":false}'])(
    'passes over a kept place that says %j',
    async (content) => {
      const file = join(folder.path, 'window.json');
      await writeFile(file, content);
      expect(await new WindowStateFile(file).read()).toBe(undefined);
    },
  );
});

class FakeWindow extends EventEmitter implements ShownWindow {
  readonly webContents = new EventEmitter();
  readonly loaded: string[] = [];
  readonly bounds = { x: 20, y: 30, width: 900, height: 600 };
  maximized = false;
  minimized = false;
  shown = 0;
  color = '';
  /** How the next loads go; those after them succeed at once. */
  readonly loads: Promise<void>[] = [];
  async loadURL(url: string) {
    this.loaded.push(url);
    await this.loads.shift();
  }
  show() {
    this.shown += 1;
  }
  focus() {}
  destroy() {
    this.emit('closed');
  }
  restore() {
    this.minimized = false;
  }
  maximize() {
    this.maximized = true;
  }
  isMinimized() {
    return this.minimized;
  }
  isMaximized() {
    return this.maximized;
  }
  isFullScreen() {
    return false;
  }
  isFocused() {
    return true;
  }
  getNormalBounds() {
    return this.bounds;
  }
  setBackgroundColor(color: string) {
    this.color = color;
  }
  setProgressBar() {}
}

describe('the life of the window', () => {
  let windows: FakeWindow[];
  let answers: boolean[];
  let asked: (string | undefined)[];
  let loads: Promise<void>[];
  let quits: number;
  let crashes: CrashReports;
  let stateFile: WindowStateFile;
  let appWindow: AppWindow<FakeWindow>;

  beforeEach(() => {
    windows = [];
    answers = [];
    asked = [];
    loads = [];
    quits = 0;
    crashes = new CrashReports(join(folder.path, 'crashes'), {});
    stateFile = new WindowStateFile(join(folder.path, 'window.json'));
    appWindow = new AppWindow({
      create: () => {
        const window = new FakeWindow();
        window.loads.push(...loads);
        windows.push(window);
        return window;
      },
      look: () => ({ preloadScript: '', iconFile: '', isDark: false, platform: 'linux' }),
      workAreas: () => [laptop],
      stateFile,
      crashes,
      askToReload: async (_window, failure) => {
        asked.push(failure);
        return answers.shift() ?? false;
      },
      quit: () => {
        quits += 1;
      },
    });
  });

  const only = (): FakeWindow => {
    const [window] = windows;
    if (window === undefined || windows.length !== 1) throw new Error('There is not one window.');
    return window;
  };
  const gone = (reason = 'crashed') => only().webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });

  it('is one, shown when it has painted, and brought back from the taskbar', async () => {
    await Promise.all([appWindow.show(), appWindow.show()]);
    expect(only().shown).toBe(0);
    only().emit('ready-to-show');
    expect(only().shown).toBe(1);
    only().minimized = true;
    await appWindow.show();
    expect([only().minimized, only().shown, only().loaded]).toEqual([false, 2, ['vignette://app/']]);
    appWindow.recolor();
    expect(only().color).toBe('#fbfbfa');
  });

  it.each([
    ['its page is loaded', () => void only().webContents.emit('did-finish-load')],
    ['its page cannot be loaded', () => void only().webContents.emit('did-fail-load')],
    ['two seconds are over', () => void vi.advanceTimersByTime(2000)],
  ])('is shown when %s, since nothing may ever say that it is ready, and once only', async (_when, happen) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await appWindow.show();
    expect(only().shown).toBe(0);
    happen();
    expect(only().shown).toBe(1);
    only().emit('ready-to-show');
    vi.advanceTimersByTime(10_000);
    expect(only().shown).toBe(1);
  });

  it('says why its page cannot be loaded, and loads it again or ends, as it is told', async () => {
    const refused = () => {
      const load = Promise.reject(Object.assign(new Error('ERR_FAILED (-2) loading …'), { code: 'ERR_FAILED' }));
      load.catch(() => undefined);
      return load;
    };
    loads = [refused(), refused()];
    answers = [true, false];
    await appWindow.show();
    expect(only().loaded.length).toBe(2);
    expect(asked).toEqual(['ERR_FAILED (-2) loading …', 'ERR_FAILED (-2) loading …']);
    expect(quits).toBe(1);
    expect((await readdir(crashes.folder)).length).toBe(2);
  });

  it.each([
    ['its window was closed meanwhile', () => void only().webContents.emit('destroyed')],
    ['it died meanwhile and is loaded anew', () => gone()],
  ])('takes a page that is not loaded since %s for no failure', async (_why, happen) => {
    const load = Promise.withResolvers<void>();
    loads = [load.promise];
    const shown = appWindow.show();
    await eventually(() => expect(only().loaded.length).toBe(1), 5000);
    happen();
    load.reject(new Error('ERR_ABORTED (-3) loading …'));
    await shown;
    expect([asked, quits]).toEqual([[], 0]);
  });

  it('does not open once it was closed for good', async () => {
    const opening = appWindow.show();
    appWindow.close();
    await opening;
    await appWindow.show();
    expect(windows).toEqual([]);
  });

  it('keeps where it stood, and opens there again', async () => {
    await appWindow.show();
    only().maximized = true;
    only().emit('close');
    only().destroy();
    await stateFile[Symbol.asyncDispose]();
    expect(appWindow.current).toBe(undefined);
    expect(await stateFile.read()).toEqual({ ...only().bounds, maximized: true, fullScreen: false });
    windows = [];
    await appWindow.show();
    only().emit('ready-to-show');
    expect(only().maximized).toBe(true);
  });

  it('loads its page again when that dies, asks the second time, and ends when told so', async () => {
    await appWindow.show();
    gone('clean-exit');
    expect(only().loaded.length).toBe(1);
    gone();
    expect(only().loaded.length).toBe(2);
    answers = [true];
    gone();
    await eventually(() => expect(only().loaded.length).toBe(3), 5000);
    gone();
    await eventually(() => expect(quits).toBe(1), 5000);
    expect(only().loaded.length).toBe(3);
    expect((await readdir(crashes.folder)).length).toBe(3);
  });
});

describe('what the application is asked to open', () => {
  it.each(['#/photo/12', '#/run/3', '#/library', '#/settings'])('goes to %s', (hash) => {
    expect(linkedPlace(`vignette://app/${hash}`)).toBe(hash);
  });

  it.each([
    'vignette://app/',
    'vignette://app/#/',
    'vignette://app/#/photo/12?q=x',
    'vignette://app/#/photo/-1',
    'vignette://app/#/photo/1/../2',
    'vignette://app/#/admin',
    'vignette://app/photo/1#/library',
    'vignette://app/?token=1#/library',
    'vignette://user@app/#/library',
    'vignette://other/#/library',
    'https://app/#/library',
    'vignette:#/library',
  ])('refuses %s', (address) => {
    expect(linkedPlace(address)).toBe(undefined);
  });

  it('takes existing folders, relative to where the second start was', async () => {
    await mkdir(join(folder.path, 'Coast'));
    await writeFile(join(folder.path, 'photo.jpg'), '');
    await mkdir(join(folder.path, 'by address'));
    const address = pathToFileURL(join(folder.path, 'by address')).href;
    const argv = [
      'vignette',
      '--no-sandbox',
      'Coast',
      address,
      'file://elsewhere/x',
      'photo.jpg',
      'missing',
      'vignette://app/#/runs',
      'vignette://x',
    ];
    expect(await openRequest(ownArguments(argv, true), folder.path)).toEqual({
      folders: [join(folder.path, 'Coast'), join(folder.path, 'by address')],
      hash: '#/runs',
      refused: ['vignette://x'],
    });
    expect(ownArguments(['electron', '--inspect', '.', 'Coast'], false)).toEqual(['Coast']);
  });

  it('tells the page of dropped folders, from the page itself only', async () => {
    const events = new PageEvents();
    const ipcMain = new EventEmitter();
    acceptDrops(ipcMain, events);
    const photo = join(folder.path, 'photo.jpg');
    await writeFile(photo, '');
    const ours = { url: 'vignette://app/', parent: null };
    const heard = events.watch(undefined);
    const drop = async (senderFrame: unknown, name: string, of = (path: string): unknown => [path]) => {
      const path = join(folder.path, name);
      await mkdir(path);
      ipcMain.emit('vignette:dropped', { senderFrame }, of(path));
    };
    // Each with a folder of its own, so that none is taken for another.
    await drop({ url: 'https://example.com/', parent: null }, 'of another page');
    await drop({ ...ours, parent: {} }, 'of a frame in ours');
    await drop(null, 'of a frame that is gone');
    await drop(ours, 'no list', (path) => path);
    await drop(ours, 'no text', (path) => [path, 1]);
    await drop(ours, 'too many', (path) => Array.from({ length: 101 }, () => path));
    await drop(ours, 'own', (path) => [photo, path]);
    expect((await heard.next()).value).toEqual({ type: 'folders', paths: [join(folder.path, 'own')] });
    await drop(ours, 'last');
    expect((await heard.next()).value).toEqual({ type: 'folders', paths: [join(folder.path, 'last')] });
    await heard.return();
  });
});

describe('crash reports', () => {
  it('say what happened, are the latest twenty, and stay on this machine', async () => {
    const crashes = new CrashReports(folder.path, { version: '1.2.3' });
    for (let count = 0; count < 23; count += 1) crashes.reportError('test', new Error(`number ${count}`));
    const names = (await readdir(folder.path)).sort();
    expect(names.length).toBe(20);
    const [first, last] = await Promise.all(
      [names[0], names.at(-1)].map(async (name) => JSON.parse(await readFile(join(folder.path, name ?? ''), 'utf8'))),
    );
    expect(first.message).toBe('number 3');
    expect(last).toMatchObject({ kind: 'test', message: 'number 22', program: { version: '1.2.3' } });
    expect(last.stack).toContain('shellParts.test');
  });

  it('are written of every way in which a part can end, but not of an end that was wanted', async () => {
    const crashes = new CrashReports(folder.path, {});
    const [app, process] = [new EventEmitter(), new EventEmitter()];
    const fatal: unknown[] = [];
    reportCrashes({ app, process }, crashes, (error) => fatal.push(error.message));
    process.emit('uncaughtException', new Error('boom'));
    process.emit('unhandledRejection', 'lost');
    app.emit('child-process-gone', {}, { type: 'GPU', reason: 'crashed', exitCode: 1 });
    app.emit('child-process-gone', {}, { type: 'Utility', reason: 'killed', exitCode: 9 });
    const kinds = (await readdir(folder.path)).map((name) => name.replace(/^.*?-\d{4}-/, '')).sort();
    expect(kinds).toEqual(['process.json', 'uncaught-exception.json', 'unhandled-rejection.json']);
    expect(fatal).toEqual(['boom']);
  });
});

describe('power', () => {
  it('holds the queue while the computer sleeps, and lets it look at the battery', async () => {
    const monitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => true });
    const done: string[] = [];
    const queue = {
      hold: () => {
        done.push('hold');
        return { [Symbol.dispose]: () => void done.push('release') };
      },
      settingsChanged: async () => void done.push('look'),
    };
    followPower(monitor, queue, () => done.push('quit'));
    for (const event of ['suspend', 'suspend', 'resume', 'resume', 'on-battery', 'on-ac', 'shutdown'])
      monitor.emit(event, { preventDefault: () => void done.push('wait') });
    expect(done).toEqual(['hold', 'release', 'look', 'look', 'wait', 'quit']);
    expect(await batteryOf(monitor).onBattery()).toBe(true);
  });

  it('keeps the computer awake exactly while it is wanted', () => {
    const done: string[] = [];
    const blocker = {
      start: (type: string) => {
        done.push(type);
        return 7;
      },
      stop: (id: number) => done.push(`stop ${id}`),
    };
    using wakefulness = new Wakefulness(blocker);
    for (const isWanted of [false, true, true, false, false, true]) wakefulness.set(isWanted);
    wakefulness[Symbol.dispose]();
    expect(done).toEqual(['prevent-app-suspension', 'stop 7', 'prevent-app-suspension', 'stop 7']);
  });
});

const run: RunProgress = {
  runId: 4,
  description: { kind: 'captionPaths', path: 'Coast', more: 0 },
  state: 'running',
  total: 400,
  done: 90,
  failed: 10,
  waiting: 0,
  ratePerSecond: 0.5,
  etaMs: 600_000,
  photoId: null,
  reason: null,
};

describe('the progress of the queue', () => {
  const textOf = (queue: Parameters<typeof queueProgress>[0], language: 'en' | 'zh' = 'en') =>
    progressText(queueProgress(queue), language);

  it('is said in one line, in the language of the application', () => {
    const queue = { paused: false, reason: null, runs: [run] };
    expect(textOf(queue)).toBe('300 left · 30 per minute · about 10 minutes');
    expect(textOf(queue, 'zh')).toBe('剩余 300 · 每分钟 30 个 · 约 10分钟');
    expect(textOf({ ...queue, paused: true })).toBe('Paused, 300 left');
    expect(textOf({ ...queue, runs: [], paused: true })).toBe('Paused, queue is empty');
    const battery = { code: 'ON_BATTERY', message: 'On battery.' };
    const resting = { ...queue, reason: battery, runs: [{ ...run, state: 'waiting' as const }] };
    expect(textOf(resting)).toBe(`300 left. ${texts.en.queue.reasons.ON_BATTERY}`);
    expect(textOf(resting, 'zh')).toBe('剩余 300。电脑正在使用电池。接通电源后队列将继续。');
    const full = { code: 'CATALOG_DISK_FULL', message: 'The disk is full.' };
    expect(textOf({ ...resting, reason: full })).toBe('300 left. The disk is full.');
    expect(textOf({ ...resting, reason: full }, 'zh')).toBe('剩余 300。磁盘空间不足，图库无法保存。');
    expect(textOf({ ...queue, runs: [] })).toBe('Queue is empty');
  });

  it('promises no end where one run has none', () => {
    const queue = { paused: false, reason: null, runs: [run, { ...run, runId: 5, ratePerSecond: null, etaMs: null }] };
    expect(queueProgress(queue)).toMatchObject({ state: 'working', left: 600, fraction: 0.25, etaMs: undefined });
  });

  it.each([true, false])(
    'stands in the tray, with a switch, and is not built anew while it says the same: %s',
    (opensOnClick) => {
      const icon = Object.assign(new EventEmitter(), {
        tips: [] as string[],
        menus: [] as MenuItemConstructorOptions[][],
        setToolTip: (text: string) => void icon.tips.push(text),
        setContextMenu: (menu: MenuItemConstructorOptions[]) => void icon.menus.push(menu),
        destroy: () => void done.push('destroy'),
      });
      const done: string[] = [];
      {
        using tray = new QueueTray<MenuItemConstructorOptions[]>({
          create: () => icon,
          buildMenu: (template) => template,
          open: () => done.push('open'),
          opensOnClick,
          quit: () => done.push('quit'),
          pauseQueue: (paused) => done.push(`pause ${paused}`),
        });
        const content = { texts: texts.en.desktop, status: '3 left', isQueuePaused: false };
        tray.show(content);
        tray.show({ ...content });
        tray.show({ ...content, isQueuePaused: true });
        icon.emit('click');
      }
      expect(icon.tips).toEqual(['Vignette: 3 left', 'Vignette: 3 left']);
      const labels = icon.menus.map((menu) => menu.flatMap(({ label }) => label ?? []));
      expect(labels).toEqual([
        ['3 left', 'Pause', 'Open Vignette', 'Quit Vignette'],
        ['3 left', 'Resume', 'Open Vignette', 'Quit Vignette'],
      ]);
      for (const item of icon.menus[1] ?? []) click(item);
      // A click on a Mac's menu bar opens the menu alone.
      expect(done).toEqual([...(opensOnClick ? ['open'] : []), 'destroy', 'pause false', 'open', 'quit']);
    },
  );
});

/** Nothing that our items do looks at what Electron hands over. */
function click(item: MenuItemConstructorOptions): void {
  if (item.click !== undefined) Reflect.apply(item.click, undefined, []);
}

it('Vignette is one and the same application for Windows and its installer', async () => {
  const [config, main] = await Promise.all(
    ['electron-builder.yml', 'main/desktop/main.ts'].map((file) => readFile(resolve(file), 'utf8')),
  );
  const appId = /^appId: (.+)$/m.exec(config ?? '')?.[1];
  expect(main).toContain(`const appUserModelId = '${appId}';`);
});

describe('a run that ends', () => {
  const noticesOf = (over: {
    tookMs?: number;
    state?: 'done' | 'cancelled';
    watched?: boolean;
    failed?: number;
    language?: 'zh';
  }) => {
    const shown: { notice: unknown; emitter: EventEmitter }[] = [];
    const opened: number[] = [];
    const failures: string[] = [];
    const notices = new RunNotices({
      create: (notice) => {
        const emitter = Object.assign(new EventEmitter(), { show: () => void shown.push({ notice, emitter }) });
        return emitter;
      },
      run: () => ({
        description: { kind: 'captionPaths', path: 'Coast', more: 0 },
        state: over.state ?? 'done',
        done: 1200,
        failed: over.failed ?? 0,
        createdAtMs: 0,
        finishedAtMs: over.tookMs ?? 61_000,
      }),
      isWatched: () => over.watched ?? false,
      language: () => over.language ?? 'en',
      openRun: (runId) => opened.push(runId),
      onFailed: (reason) => failures.push(reason),
    });
    notices.follow({ runs: [run] });
    notices.follow({ runs: [run] });
    notices.follow({ runs: [] });
    notices.follow({ runs: [] });
    return { shown, opened, failures };
  };

  it('is told of once, and a click opens its page', () => {
    const { shown, opened } = noticesOf({ failed: 2 });
    expect(shown.map(({ notice }) => notice)).toEqual([{ title: 'Caption Coast: done', body: '1,200 done, 2 failed' }]);
    shown[0]?.emitter.emit('click');
    expect(opened).toEqual([4]);
  });

  it('is told of in the language of the application', () => {
    const [notice] = noticesOf({ language: 'zh' }).shown;
    expect(notice?.notice).toEqual({ title: '为 Coast 生成说明：已完成', body: '完成 1,200 个' });
  });

  it('is reported where the system shows nothing', () => {
    const { shown, opened, failures } = noticesOf({});
    shown[0]?.emitter.emit('failed', {}, 'no start menu entry');
    expect(failures).toEqual(['no start menu entry']);
    expect(opened).toEqual([]);
  });

  it.each([
    ['it was short', { tookMs: 59_000 }],
    ['it was cancelled', { state: 'cancelled' as const }],
    ['somebody looks at the window', { watched: true }],
  ])('is not told of where %s', (_why, over) => {
    expect(noticesOf(over).shown).toEqual([]);
  });
});

describe('the menus', () => {
  const build = (platform: NodeJS.Platform, language: 'en' | 'zh' = 'en') => {
    const done: string[] = [];
    const template = menuTemplate({
      texts: texts[language].desktop,
      platform,
      isDevelopment: false,
      isQueuePaused: false,
      run: (command) => done.push(command),
      pauseQueue: (paused) => done.push(`pause ${paused}`),
      showCrashReports: () => done.push('crash reports'),
    });
    return { done, template };
  };
  const itemsOf = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

  it.each(['darwin', 'win32', 'linux'] as const)('offer every command of the page once on %s', (platform) => {
    const { done, template } = build(platform);
    for (const item of itemsOf(template)) click(item);
    expect(done.sort()).toEqual([...menuCommandSchema.options, 'crash reports', 'pause true'].sort());
  });

  it('have only items that the system has', () => {
    const roles = (platform: NodeJS.Platform) => itemsOf(build(platform).template).map(({ role }) => role);
    expect(roles('darwin')).toContain('zoom');
    for (const platform of ['win32', 'linux'] as const) expect(roles(platform)).not.toContain('zoom');
  });

  it('leave the page’s keys to the page, and have no key twice', () => {
    const keyed = itemsOf(build('linux').template).filter(({ accelerator }) => accelerator !== undefined);
    for (const { id, registerAccelerator } of keyed) expect(registerAccelerator, id).toBe(id === 'add-folder');
    const accelerators = keyed.map(({ accelerator }) => accelerator);
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators).toContain('CommandOrControl+Shift+Z');
  });

  it('speak both languages, the system’s unless one is chosen', () => {
    expect(build('darwin', 'zh').template.map(({ label }) => label)).toEqual([
      'Vignette',
      '文件',
      '编辑',
      '显示',
      '照片',
      '队列',
      '窗口',
      '帮助',
    ]);
    expect(languageOf('system', ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh');
    expect(languageOf('system', ['fr-FR'])).toBe('en');
    expect(languageOf('zh', ['en'])).toBe('zh');
  });

  it('name commands that the page has, with the page’s keys', async () => {
    const sources = (await readdir(resolve('renderer'), { recursive: true })).filter((name) =>
      /\.(?:ts|svelte)$/.test(name),
    );
    const code = (await Promise.all(sources.map((name) => readFile(resolve('renderer', name), 'utf8')))).join('\n');
    for (const id of menuCommandSchema.options) {
      const keys = pageKeys[id];
      const view = /^go-(.*)/.exec(id)?.[1];
      const made = view === undefined ? `id: '${id}',[^{}]*` : `view\\(app, \\{ view: '${view}'[^{}]*\\},[^{}]*`;
      const withKeys = keys === undefined ? made : `${made}'${keys.replaceAll('+', '\\+')}'`;
      expect(code, id).toMatch(new RegExp(withKeys));
    }
  });
});
