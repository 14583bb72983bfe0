/** @file The desktop application's own parts, against doubles of what they use of Electron; that Electron's types fit those interfaces, the compiler checks in main/desktop/main.ts. */
import { EventEmitter } from 'node:events';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { CustomScheme } from 'electron';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DesktopError } from '../../main/api/desktop.ts';
import { readPageFiles } from '../../main/api/pageFiles.ts';
import { windowOptions } from '../../main/desktop/appWindow.ts';
import { acceptConnections } from '../../main/desktop/connections.ts';
import { desktopActions } from '../../main/desktop/desktopActions.ts';
import { hardenEveryPage, hardenSession } from '../../main/desktop/hardening.ts';
import { HubToken } from '../../main/desktop/hubToken.ts';
import { forkUtilityHost } from '../../main/desktop/modelHostProcess.ts';
import { isPageUrl, pageUrl } from '../../main/desktop/pageAddress.ts';
import { PageEvents } from '../../main/desktop/pageEvents.ts';
import { pageSchemePrivileges, servePage } from '../../main/desktop/pageProtocol.ts';
import { placeFor } from '../../main/desktop/windowState.ts';
import { texts } from '../../resources/messages/texts.ts';
import { openTestApp, type TestApp } from '../api/testApp.ts';
import type { Client } from '../api/transports.ts';
import { eventually } from '../support/eventually.ts';
import { KeyStoreDouble } from './double/keyStoreDouble.ts';

const foreignUrls = [
  'https://example.com/',
  'http://app/',
  'file:///etc/passwd',
  'vignette://other/',
  'vignette://app.example.com/',
  'vignette://app@example.com/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  '',
];

describe('addresses', () => {
  it.each(['vignette://app/', 'vignette://app/photo/x?size=256'])('takes %s for its own', (url) => {
    expect(isPageUrl(url)).toBe(true);
  });

  it.each(foreignUrls)('takes "%s" for foreign', (url) => {
    expect(isPageUrl(url)).toBe(false);
  });
});

class FakeContents extends EventEmitter {
  answerToOpen: (() => { action: 'deny' }) | undefined;

  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.answerToOpen = handler;
  }

  isPrevented(event: string, url: string): boolean {
    let prevented = false;
    const preventDefault = () => {
      prevented = true;
    };
    this.emit(event, { url, preventDefault });
    return prevented;
  }
}

describe('every page', () => {
  const guarded = (): FakeContents => {
    const app = new EventEmitter();
    hardenEveryPage(app);
    const contents = new FakeContents();
    app.emit('web-contents-created', {}, contents);
    return contents;
  };

  it('opens no window', () => {
    expect(guarded().answerToOpen?.()).toEqual({ action: 'deny' });
  });

  it.each(['will-frame-navigate', 'will-redirect'])('goes nowhere else on %s', (event) => {
    const contents = guarded();
    for (const url of foreignUrls) expect(contents.isPrevented(event, url), url).toBe(true);
    expect(contents.isPrevented(event, pageUrl)).toBe(false);
  });

  it('embeds no other page', () => {
    expect(guarded().isPrevented('will-attach-webview', pageUrl)).toBe(true);
  });
});

describe('the session', () => {
  const guard = () => {
    const decisions = {
      request: (_permission: string, _url: string): boolean | undefined => undefined,
      check: (_permission: string, _origin: string): boolean | undefined => undefined,
      cancels: (_url: string): boolean | undefined => undefined,
    };
    hardenSession({
      setPermissionRequestHandler: (handler) => {
        decisions.request = (permission, requestingUrl) => {
          let answer: boolean | undefined;
          const callback = (granted: boolean) => {
            answer = granted;
          };
          handler(null, permission, callback, { requestingUrl });
          return answer;
        };
      },
      setPermissionCheckHandler: (handler) => {
        decisions.check = (permission, origin) => handler(null, permission, origin);
      },
      webRequest: {
        onBeforeRequest: (listener) => {
          decisions.cancels = (url) => {
            let answer: boolean | undefined;
            listener({ url }, ({ cancel }) => {
              answer = cancel;
            });
            return answer;
          };
        },
      },
    });
    return decisions;
  };

  it('lets the page copy text, show a photo on the whole screen, and nothing else', () => {
    const { request, check } = guard();
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'unknown']) {
      expect([request(permission, pageUrl), check(permission, pageUrl)], permission).toEqual([false, false]);
    }
    for (const allowed of ['clipboard-sanitized-write', 'fullscreen']) {
      expect([request(allowed, pageUrl), check(allowed, 'vignette://app')]).toEqual([true, true]);
      expect([request(allowed, 'https://example.com/'), check(allowed, 'https://example.com')]).toEqual([false, false]);
    }
  });

  it('reaches no network', () => {
    const { cancels } = guard();
    for (const url of ['https://example.com/', 'wss://example.com/', 'http://127.0.0.1/', 'file:///etc/passwd']) {
      expect(cancels(url), url).toBe(true);
    }
    expect(cancels('vignette://app/photo/x?size=256')).toBe(false);
  });
});

describe('the window', () => {
  it('is sandboxed, isolated and without Node', () => {
    const place = placeFor(undefined, []);
    const look = { preloadScript: '/preload.cjs', iconFile: '/icon.png', place, isDark: true };
    for (const platform of ['darwin', 'win32', 'linux'] as const)
      expect(windowOptions({ ...look, platform }).webPreferences, platform).toEqual({
        preload: '/preload.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      });
  });
});

describe('the options of the window', () => {
  // Electron takes an explicit false, null or undefined of some of them for a wish of its own, on some systems.
  it.each(['darwin', 'win32', 'linux'] as const)('name only what is wanted on %s', (platform) => {
    const look = { preloadScript: '/preload.cjs', iconFile: '/icon.png', isDark: true, platform };
    const { show, webPreferences: _kept, ...options } = windowOptions({ ...look, place: placeFor(undefined, []) });
    expect(show).toBe(false);
    expect(
      Object.entries(options).filter(([, value]) => value === false || value === undefined || value === null),
    ).toEqual([]);
    const place = { ...placeFor(undefined, []), fullScreen: true };
    expect(windowOptions({ ...look, place })).toMatchObject({ fullscreen: true });
  });
});

describe('with a library', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await openTestApp();
  });

  afterAll(() => test[Symbol.asyncDispose]());

  it('serves the page and photos by id under its own scheme, with the same policy as the server', async () => {
    const handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
    const protocol = {
      handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
        handlers.set(scheme, handler);
      },
    };
    servePage(protocol, await readPageFiles(test.pageFolder), test.app);
    const ask = async (url: string): Promise<Response> => {
      const answer = await handlers.get('vignette')?.(new Request(url));
      if (answer === undefined) throw new Error('Nothing handles the scheme.');
      return answer;
    };
    const page = await ask('vignette://app/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const photoId = test.photoId('wide.jpg');
    expect((await ask(`vignette://app/photo/${photoId}?size=256`)).headers.get('content-type')).toBe('image/webp');
    expect((await ask('vignette://other/')).status).toBe(404);
    expect((await ask('vignette://app/../../etc/passwd')).status).toBe(404);
  });

  it('stops making a picture that the page has scrolled past, though Electron aborts no request', async () => {
    let handler: (request: Request) => Response | Promise<Response> = () => Response.error();
    const protocol = {
      handle: (_scheme: string, given: typeof handler) => {
        handler = given;
      },
    };
    const begun: AbortSignal[] = [];
    const slow = Object.create(test.app, {
      thumbnails: {
        value: {
          get: (_photo: unknown, _sizePx: number, { signal }: { signal: AbortSignal }) => {
            begun.push(signal);
            return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          },
        },
      },
    });
    servePage(protocol, await readPageFiles(test.pageFolder), slow);
    const answer = await handler(new Request(`vignette://app/photo/${test.photoId('wide.jpg')}?size=256`));
    if (answer.body === null) throw new Error('The answer has no body to be destroyed.');
    // As Electron does it.
    const body = Readable.fromWeb(answer.body);
    expect(begun.map(({ aborted }) => aborted)).toEqual([false]);
    body.destroy();
    await eventually(() => expect(begun.map(({ aborted }) => aborted)).toEqual([true]), 10_000);
  });

  it('registers a scheme that has an origin of its own and does not bypass the content policy', () => {
    const scheme: CustomScheme = pageSchemePrivileges;
    expect(scheme).toEqual({
      scheme: 'vignette',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    });
  });

  describe('a page that connects', () => {
    const events = new PageEvents();
    const shown: string[] = [];
    const keyStore = new KeyStoreDouble();
    /** Made when the folder of the test is there. */
    let hubToken: HubToken;
    let chosen: string[] = [];
    const desktop = desktopActions({
      events,
      shell: {
        showItemInFolder: (file) => void shown.push(`reveal ${basename(file)}`),
        openPath: async (file) => {
          shown.push(`open ${basename(file)}`);
          return file.endsWith('broken.jpg') ? 'no program for it' : '';
        },
      },
      texts: () => texts.en.desktop,
      chooseFolder: async (title) => {
        shown.push(title);
        return { canceled: chosen.length === 0, filePaths: chosen };
      },
      chooseFile: async (title, extensions) => {
        shown.push(`${title} (${extensions})`);
        return { canceled: chosen.length === 0, filePaths: chosen };
      },
      hubToken: {
        state: () => hubToken.state(),
        save: (token) => hubToken.save(token),
        remove: () => hubToken.remove(),
      },
      settingsChanged: () => void shown.push('settings'),
    });
    let received: MessagePort;
    let kept: MessagePort;

    beforeEach(() => {
      const { port1, port2 } = new MessageChannel();
      received = port1;
      kept = port2;
    });

    afterEach(() => {
      received.close();
      kept.close();
    });

    /** As Electron's port in the main process: `on` hands over an object with `data`. */
    const mainPort = () => ({
      on: (event: string, callback: (event?: { data: unknown }) => void) => {
        received.on(event, (data: unknown) => callback({ data }));
      },
      postMessage: (data: unknown) => received.postMessage(data),
      start: () => received.start(),
    });

    const connectFrom = (senderFrame: { url: string; parent: unknown } | null): void => {
      const ipcMain = new EventEmitter();
      acceptConnections(ipcMain, test.app, desktop);
      ipcMain.emit('vignette:connect', { senderFrame, ports: [mainPort()] });
    };

    it('reaches the library over the port that it sent', async () => {
      connectFrom({ url: pageUrl, parent: null });
      const client: Client = createORPCClient(new RPCLink({ port: kept }));
      kept.start();
      expect((await client.library.overview()).counts.photos).toBe(3);
    });

    it('shows files by the ids of photos, chooses folders, and hears of changed settings', async () => {
      connectFrom({ url: pageUrl, parent: null });
      const client: Client = createORPCClient(new RPCLink({ port: kept }));
      kept.start();
      await client.desktop.reveal({ photoId: test.photoId('wide.jpg') });
      await client.desktop.openElsewhere({ photoId: test.photoId('upright.jpg') });
      const refused = client.desktop.openElsewhere({ photoId: test.photoId('broken.jpg') });
      await expect(refused).rejects.toMatchObject({ code: 'CANNOT_OPEN' } satisfies Partial<DesktopError>);
      await expect(client.desktop.reveal({ photoId: 999 })).rejects.toMatchObject({ code: 'NO_SUCH_PHOTO' });
      await rm(join(test.photoFolder, 'Coast', 'wide.jpg'));
      const gone = client.desktop.reveal({ photoId: test.photoId('wide.jpg') });
      await expect(gone).rejects.toMatchObject({ code: 'PHOTO_UNREACHABLE' });
      expect(await client.desktop.chooseFolder({ of: 'photos' })).toBe(null);
      chosen = ['/photos'];
      expect(await client.desktop.chooseFolder({ of: 'export' })).toBe('/photos');
      expect(await client.desktop.choosePack()).toBe('/photos');
      expect(await client.desktop.chooseImport()).toBe('/photos');
      await client.settings.set({ language: 'zh' });
      expect(shown).toEqual([
        ...['reveal wide.jpg', 'open upright.jpg', 'open broken.jpg'],
        ...['Choose a photo folder', 'Choose an export folder'],
        ...['Choose an exported model (vignette-model)'],
        ...['Choose a file to import (json,jsonl,ndjson,csv,tsv,parquet,txt,caption)', 'settings'],
      ]);
    });

    it('sets and removes the access token for Hugging Face, and never learns what it is', async () => {
      hubToken = new HubToken({ file: join(test.folder, 'hub-token'), keyStore, platform: 'linux' });
      const heard: string[] = [];
      kept.on('message', (message) => heard.push(inspect(message, { depth: 9 })));
      connectFrom({ url: pageUrl, parent: null });
      const client: Client = createORPCClient(new RPCLink({ port: kept }));
      kept.start();
      expect(await client.desktop.hubToken()).toBe('none');
      expect(await client.desktop.saveHubToken({ token: 'hf_first' })).toBe('saved');
      keyStore.kind = 'basic_text';
      expect(await client.desktop.saveHubToken({ token: 'hf_second' })).toBe('session');
      const refused = client.desktop.saveHubToken({ token: 'hf_not a token' });
      await expect(refused).rejects.toMatchObject({ code: 'HUB_SETTING_INVALID' });
      const tooLong = client.desktop.saveHubToken({ token: `hf_${'x'.repeat(9000)}` });
      await expect(tooLong).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(await hubToken.read()).toBe('hf_second');
      expect(await client.desktop.removeHubToken()).toBe('none');
      expect(heard.length).toBeGreaterThan(5);
      expect(heard.filter((message) => message.includes('hf_'))).toEqual([]);
    });

    it('hears what happened before it watched, and what happens then', async () => {
      events.tell({ type: 'go', hash: '#/runs' });
      connectFrom({ url: pageUrl, parent: null });
      const client: Client = createORPCClient(new RPCLink({ port: kept }));
      kept.start();
      const heard = (await client.desktop.watch())[Symbol.asyncIterator]();
      expect((await heard.next()).value).toEqual({ type: 'go', hash: '#/runs' });
      events.tell({ type: 'command', id: 'palette' });
      expect((await heard.next()).value).toEqual({ type: 'command', id: 'palette' });
      await heard.return?.();
    });

    it.each([
      ['from another address', { url: 'https://example.com/', parent: null }],
      ['from a frame inside the page', { url: pageUrl, parent: {} }],
      ['from a frame that is gone', null],
    ])('gets no answer %s', (_where, frame) => {
      connectFrom(frame);
      expect(received.listenerCount('message')).toBe(0);
    });
  });
});

describe('a process of its own', () => {
  afterEach(() => vi.useRealTimers());

  const start = () => {
    let isSpawned = false;
    const log: unknown[] = [];
    const child = Object.assign(new EventEmitter(), {
      postMessage: (message: unknown) => log.push(message),
      kill: () => {
        log.push(isSpawned ? 'killed' : 'not there to be killed');
        return isSpawned;
      },
    });
    const spawn = (): void => {
      isSpawned = true;
      child.emit('spawn');
    };
    const forker = {
      fork: (...forked: unknown[]) => {
        log.push(forked);
        return child;
      },
    };
    const connection = forkUtilityHost(
      forker,
      new URL('file:///app/modelHost.js'),
    )({
      onMessage: (message) => log.push(message),
      onExit: (reason) => log.push(reason),
    });
    return { child, spawn, connection, log };
  };

  it('runs as a utility process with the same messages as everywhere else', () => {
    const { child, spawn, connection, log } = start();
    spawn();
    connection.send({ type: 'load' });
    child.emit('message', { type: 'result' });
    connection.kill();
    child.emit('exit', 9);
    const options = { serviceName: 'Vignette model host', stdio: ['ignore', 'ignore', 'inherit'] };
    expect(log).toEqual([
      ['/app/modelHost.js', [], options],
      ...[{ type: 'load' }, { type: 'result' }, 'killed', 'exit code 9'],
    ]);
  });

  it('is ended as soon as it is there where it was to end before', () => {
    const { child, spawn, connection, log } = start();
    connection.kill();
    spawn();
    child.emit('exit', 15);
    expect(log.slice(1)).toEqual(['not there to be killed', 'killed', 'exit code 15']);
  });

  it('keeps nobody waiting that does not end, and is not heard any more', () => {
    vi.useFakeTimers();
    const { child, connection, spawn, log } = start();
    spawn();
    connection.kill();
    vi.runAllTimers();
    child.emit('message', 'late');
    child.emit('exit', 15);
    expect(log.slice(1)).toEqual(['killed', 'it did not end when it was told to']);
  });
});
