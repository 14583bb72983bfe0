/** @file Who and what `vignette serve` lets in, and what it gives out. Raw sockets where a browser would hide what is sent. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { App } from '../../main/api/app.ts';
import type { Thumbnails } from '../../main/library/images/thumbnails.ts';
import { type RunningServer, startServer } from '../../main/server/serve.ts';
import { openTestApp, type TestApp } from './testApp.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let test: TestApp;
let server: RunningServer;
let port: number;
/** What everything lies below, without a slash at its end. */
let base: string;

beforeAll(async () => {
  test = await openTestApp();
});

afterAll(() => test[Symbol.asyncDispose]());

beforeEach(async () => {
  server = await startServer({ app: test.app, pageFolder: test.pageFolder });
  port = Number(new URL(server.url).port);
  base = new URL(server.url).pathname.slice(0, -1);
});

afterEach(async () => {
  await server.close();
});

/** @param path below `base` */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return askAnywhere(`${base}${path}`, headers, method);
}

function askAnywhere(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function tokenPath(): string {
  const url = new URL(server.url);
  return `/${url.search}`;
}

async function signIn(): Promise<string> {
  const answer = await ask(tokenPath());
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0];
  if (cookie === undefined) throw new Error('The server gave no cookie.');
  return cookie;
}

function photoId(fileName: string): number {
  return test.photoId(fileName);
}

/** The outcome of opening the API's socket: open, or the status that refused it. */
async function openSocket(headers: Record<string, string>, path = `${base}/api`): Promise<'open' | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  try {
    return await new Promise((resolve, reject) => {
      socket.on('open', () => resolve('open'));
      socket.on('unexpected-response', (_request, incoming) => resolve(incoming.statusCode ?? 0));
      socket.on('error', reject);
    });
  } finally {
    socket.on('error', () => undefined);
    socket.terminate();
  }
}

describe('the server, when a browser signs in,', () => {
  it('listens on the loopback address only, unless told otherwise', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  it('exchanges the token for a strict cookie that scripts cannot read, and sends on to an address without it', async () => {
    const token = new URL(server.url).searchParams.get('token');
    const answer = await ask(tokenPath());
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`${base}/`);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^vignette-${port}=[\\w-]{43}; Path=${base}/; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers['set-cookie']?.[0]).not.toContain(token);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each(['/', '/assets/app.js', '/photo/1?size=256', '/anything'])('refuses %s without the cookie', async (path) => {
    expect((await ask(path)).status).toBe(401);
  });

  it('refuses a wrong token and a wrong cookie, of the right length too', async () => {
    expect((await ask('/?token=wrong')).status).toBe(401);
    expect((await ask(`/?token=${'A'.repeat(43)}`)).status).toBe(401);
    expect((await ask('/', { Cookie: `vignette-${port}=${'A'.repeat(43)}` })).status).toBe(401);
  });

  it('does not accept the token where the cookie belongs', async () => {
    const token = new URL(server.url).searchParams.get('token') ?? '';
    expect((await ask('/', { Cookie: `vignette-${port}=${token}` })).status).toBe(401);
  });

  it('lets in one browser by an address, and then has another for the next', async () => {
    const first = tokenPath();
    const cookie = await signIn();
    expect(tokenPath()).not.toBe(first);
    const refusal = await ask(first);
    expect([refusal.status, refusal.headers['set-cookie']]).toEqual([401, undefined]);
    // The browser that was let in may open its bookmark again.
    expect((await ask(first, { Cookie: cookie })).status).toBe(303);
    expect((await ask(first, { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(401);
    expect((await ask('/', { Cookie: await signIn() })).status).toBe(200);
  });

  it('tells of the next address, which one that was asked for beside it leaves as it is', async () => {
    const told: string[] = [];
    const other = await startServer({ app: test.app, pageFolder: test.pageFolder, onNewUrl: (url) => told.push(url) });
    try {
      const { url } = other;
      expect((await fetch(other.newUrl(), { redirect: 'manual' })).status).toBe(303);
      expect([told, other.url]).toEqual([[], url]);
      expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
      expect(told).toEqual([other.url]);
      expect(other.url).not.toBe(url);
    } finally {
      await other.close();
    }
  });

  it('leaves an address to the person where a browser fetches ahead, or a program only looks', async () => {
    const { headers } = await ask(tokenPath(), { 'Sec-Purpose': 'prefetch;prerender' });
    expect(headers['set-cookie']).toBeUndefined();
    expect((await ask(tokenPath(), {}, 'HEAD')).headers['set-cookie']).toBeUndefined();
    const address = tokenPath();
    expect((await ask(address)).status).toBe(303);
  });

  it('leads on from a page of its own where another opened the address, for the cookie is strict', async () => {
    const answer = await ask(tokenPath(), { 'Sec-Fetch-Site': 'cross-site' });
    expect([answer.status, answer.headers['set-cookie']?.length]).toEqual([200, 1]);
    expect(answer.body.toString()).toContain(`<meta http-equiv="refresh" content="0; url=${base}/">`);
  });

  it('keeps the page at an address that nobody can guess, the same after a restart, and the cookie to it', async () => {
    const cookie = await signIn();
    expect(base).toMatch(/^\/[\w-]{24}$/);
    for (const path of ['/', '/assets/app.js', '/photo/1?size=256', `${base}x/`, base])
      expect((await askAnywhere(path, { Cookie: cookie })).status, path).toBe(404);
    const another = await startServer({ app: test.app, pageFolder: test.pageFolder });
    expect(new URL(another.url).pathname).not.toBe(`${base}/`);
    await another.close();
    await server.close();
    server = await startServer({ app: test.app, pageFolder: test.pageFolder, port });
    expect(new URL(server.url).pathname).toBe(`${base}/`);
    expect((await ask('/', { Cookie: cookie })).status).toBe(401);
  });

  it('finds its cookie among those of other servers on this machine', async () => {
    const cookie = await signIn();
    expect((await ask('/', { Cookie: `other=1; vignette-1=x; ${cookie}` })).status).toBe(200);
  });
});

describe('the server, asked from elsewhere,', () => {
  it('refuses a host name that is not its own, even with the cookie or the token', async () => {
    const cookie = await signIn();
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '[::2]']) {
      expect((await ask('/', { Cookie: cookie, Host: host })).status, host).toBe(403);
      expect((await ask(tokenPath(), { Host: host })).status, host).toBe(403);
    }
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('answers to its own name %s', async (name) => {
    const cookie = await signIn();
    // Also on another port: that of a tunnel.
    for (const host of [name, `${name}:${port}`, `${name}:1`])
      expect((await ask('/', { Cookie: cookie, Host: host })).status, host).toBe(200);
    expect(await openSocket({ Cookie: cookie, Host: `${name}:1`, Origin: `http://${name}:1` })).toBe('open');
  });

  it('answers to another name when it was told to, also behind a proxy that speaks TLS', async () => {
    const limits = { app: test.app, pageFolder: test.pageFolder, allowedHosts: ['Photos.example'] };
    const named = await startServer(limits);
    port = Number(new URL(named.url).port);
    base = new URL(named.url).pathname.slice(0, -1);
    try {
      const { search } = new URL(named.url);
      const proxied = { Host: 'photos.example', 'X-Forwarded-Proto': 'https' };
      const cookie = (await ask(`/${search}`, proxied)).headers['set-cookie']?.[0] ?? '';
      expect(cookie).toMatch(/^__Secure-vignette-\d+=.*; Secure$/);
      const headers = { Cookie: cookie.split(';')[0] ?? '', Host: 'photos.example' };
      expect((await ask('/', headers)).status).toBe(200);
      expect(await openSocket({ ...headers, Origin: 'https://photos.example' })).toBe('open');
      expect(await openSocket({ ...headers, Origin: 'https://photos.example:3000' })).toBe(403);
      const other = await ask('/', { ...headers, Host: 'other.example' });
      expect([other.status, other.body.toString()]).toEqual([
        403,
        'This server does not answer to that host name. If it is yours, start vignette serve with --allow-host other.example.\n',
      ]);
    } finally {
      await named.close();
    }
  });

  it('refuses an origin that is not its own, one on another port of this machine too', async () => {
    const cookie = await signIn();
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${port}`]) {
      expect((await ask('/', { Cookie: cookie, Origin: origin })).status, origin).toBe(403);
    }
    expect((await ask('/', { Cookie: cookie, Origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });

  it('refuses what the browser says another site asked for', async () => {
    const cookie = await signIn();
    const path = `/photo/${photoId('wide.jpg')}?size=256`;
    for (const site of ['cross-site', 'same-site']) {
      expect((await ask(path, { Cookie: cookie, 'Sec-Fetch-Site': site })).status, site).toBe(403);
    }
    for (const site of ['same-origin', 'none']) {
      expect((await ask(path, { Cookie: cookie, 'Sec-Fetch-Site': site })).status, site).toBe(200);
    }
  });

  it('opens the API to its own page only', async () => {
    const cookie = await signIn();
    const origin = `http://127.0.0.1:${port}`;
    expect(await openSocket({ Cookie: cookie, Origin: origin })).toBe('open');
    expect(await openSocket({ Cookie: cookie })).toBe(403);
    expect(await openSocket({ Origin: origin })).toBe(403);
    expect(await openSocket({ Cookie: cookie, Origin: 'https://evil.example' })).toBe(403);
    expect(await openSocket({ Cookie: cookie, Origin: 'http://127.0.0.1:1' })).toBe(403);
    expect(
      await openSocket({ Cookie: cookie, Origin: `http://evil.example:${port}`, Host: `evil.example:${port}` }),
    ).toBe(403);
    expect(await openSocket({ Cookie: cookie, Origin: origin }, `${base}/other`)).toBe(403);
    expect(await openSocket({ Cookie: cookie, Origin: origin }, '/api')).toBe(403);
  });

  it('closes a connection that sends more than any client of the contract would, and goes on serving', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${base}/api`, {
      headers: { Cookie: await signIn(), Origin: `http://127.0.0.1:${port}` },
    });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(40 * 1024 * 1024));
    await once(socket, 'close');
    expect((await ask('/', { Cookie: await signIn() })).status).toBe(200);
  });
});

describe('the server, asked for files and pictures,', () => {
  it('allows a page nothing but its own files, and no other page to show or read it', async () => {
    const { headers } = await ask('/', { Cookie: await signIn() });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('sends the same policy with refusals', async () => {
    expect((await ask('/')).headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('serves the files of the interface and lists no folder', async () => {
    const cookie = await signIn();
    const script = await ask('/assets/app.js', { Cookie: cookie });
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    for (const path of ['/assets', '/assets/', '/photo', '/photo/']) {
      expect((await ask(path, { Cookie: cookie })).status, path).toBe(404);
    }
  });

  it.each([
    '/../photos/broken.jpg',
    '/assets/../../photos/broken.jpg',
    '/%2e%2e/photos/broken.jpg',
    '/..%2fphotos%2fbroken.jpg',
    '/assets/..%5c..%5cphotos%5cbroken.jpg',
    '//photos/broken.jpg',
    '/photo/..%2f..%2fbroken.jpg?size=320',
    '/photo/broken.jpg?size=320',
    '/%00',
  ])('finds nothing outside the interface at %s', async (path) => {
    const cookie = await signIn();
    // Written to the socket as it stands: clients tidy such paths before they send them.
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `GET ${base}${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    const answer = Buffer.concat(chunks).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toContain('not a picture');
  });

  it('shows a photo by its id, upright, made to fit, and without its metadata', async () => {
    const answer = await ask(`/photo/${photoId('upright.jpg')}?size=256`, { Cookie: await signIn() });
    const metadata = await sharp(answer.body).metadata();
    expect(answer.headers['content-type']).toBe('image/webp');
    expect([metadata.width, metadata.height, metadata.exif, metadata.orientation]).toEqual([
      128,
      256,
      undefined,
      undefined,
    ]);
  });

  it('lets a picture be kept for ever when it was asked for with its revision, and not otherwise', async () => {
    const cookie = await signIn();
    const cacheControl = async (query: string) =>
      (await ask(`/photo/${photoId('wide.jpg')}?size=256${query}`, { Cookie: cookie })).headers['cache-control'];
    expect(await cacheControl('&v=1')).toContain('immutable');
    expect(await cacheControl('&v=2')).toBe('no-cache');
    expect(await cacheControl('')).toBe('no-cache');
  });

  it('gives a part of a picture, and not again what the browser has', async () => {
    const path = `/photo/${photoId('wide.jpg')}?size=256`;
    const cookie = await signIn();
    const part = await ask(path, { Cookie: cookie, Range: 'bytes=0-3' });
    expect([part.status, part.body.toString(), part.headers['accept-ranges']]).toEqual([206, 'RIFF', 'bytes']);
    expect(part.headers['content-range']).toMatch(/^bytes 0-3\/\d+$/);
    expect((await ask(path, { Cookie: cookie, Range: 'bytes=99999999-' })).status).toBe(416);
    const again = await ask(path, { Cookie: cookie, 'If-None-Match': String(part.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const page = await ask('/', { Cookie: cookie });
    expect((await ask('/', { Cookie: cookie, 'If-None-Match': String(page.headers.etag) })).status).toBe(304);
    // Another size is another picture.
    const larger = path.replace('256', '512');
    expect((await ask(larger, { Cookie: cookie, 'If-None-Match': String(part.headers.etag) })).status).toBe(200);
  });

  it('sends a part of a photo as what it says it is, and refuses what lies outside of it', async () => {
    const cookie = await signIn();
    const part = (address: string) => ask(`/photo/${photoId('wide.jpg')}?${address}`, { Cookie: cookie });
    const answer = await part('part=100,10,64,32&shrink=2');
    expect(answer.headers['content-type']).toBe('image/jpeg');
    expect(await sharp(answer.body).metadata()).toMatchObject({ format: 'jpeg', width: 32, height: 16 });
    for (const address of [
      'part=100,10,701,32&shrink=1',
      'part=1,1,8,8&shrink=3',
      'part=1,1,8,8',
      'part=a,1,8,8&shrink=1',
    ])
      expect((await part(address)).status, address).toBe(400);
  });

  it('never enlarges a photo', async () => {
    const answer = await ask(`/photo/${photoId('wide.jpg')}?size=1600`, { Cookie: await signIn() });
    expect((await sharp(answer.body).metadata()).width).toBe(800);
  });

  it('names what is wrong with an unknown id, an unknown size and a damaged photo, and reveals no path', async () => {
    const cookie = await signIn();
    for (const id of ['unknown', '999', '-1', '1e3', '..%2F..%2Fetc%2Fpasswd', '99999999999999999999']) {
      expect((await ask(`/photo/${id}?size=256`, { Cookie: cookie })).status, id).toBe(404);
    }
    for (const query of ['', '?size=321', '?size=-1', '?size=1e9', '?size=256px']) {
      expect((await ask(`/photo/${photoId('wide.jpg')}${query}`, { Cookie: cookie })).status, query).toBe(400);
    }
    const damaged = await ask(`/photo/${photoId('broken.jpg')}?size=256`, { Cookie: cookie });
    expect(damaged.status).toBe(415);
    expect(damaged.body.toString()).not.toContain(test.folder);
  });

  it('lets go of a picture when the page that asked for it is gone', async () => {
    const asked = Promise.withResolvers<AbortSignal>();
    const get: Thumbnails['get'] = (_photo, _sizePx, { signal } = {}) => {
      if (signal !== undefined) asked.resolve(signal);
      return new Promise(() => undefined);
    };
    const app: App = Object.create(test.app, { thumbnails: { value: { get } } });
    const slow = await startServer({ app, pageFolder: test.pageFolder });
    try {
      const { hostname, port: slowPort, pathname, search } = new URL(slow.url);
      const there = { host: hostname, port: slowPort, agent: false };
      const welcome = request({ ...there, path: `${pathname}${search}` }).end();
      const [{ headers }] = await once(welcome, 'response');
      const cookie = String(headers['set-cookie']).split(';')[0];
      const path = `${pathname}photo/${photoId('wide.jpg')}?size=512`;
      const outgoing = request({ ...there, path, headers: { Cookie: cookie } }).end();
      outgoing.on('error', () => undefined);
      const signal = await asked.promise;
      expect(signal.aborted).toBe(false);
      outgoing.destroy();
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await slow.close();
    }
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await ask('/', { Cookie: await signIn() }, method)).status).toBe(405);
  });

  it('answers HEAD without a body', async () => {
    const answer = await ask('/', { Cookie: await signIn() }, 'HEAD');
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });
});

describe('those who were not let in', () => {
  /** A connection that says something and then waits; settles when the server ends it. */
  function stranger(words: string): { readonly ended: Promise<void>; readonly opened: Promise<void> } {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(words);
    const opened = once(socket, 'connect').then(() => undefined);
    // The other side is gone only when nothing can be written any more.
    const ended = new Promise<void>((resolve) => {
      const probe = setInterval(() => socket.write('x'), 5);
      socket.on('close', () => {
        clearInterval(probe);
        resolve();
      });
    });
    return { opened, ended };
  }

  const upgrade = () =>
    `GET ${base}/api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const head = () => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;

  it('have a refused WebSocket ended, also where they never end their side', () => stranger(upgrade()).ended);

  it('have a refused request ended, although it asked to go on', () => stranger(`${head()}\r\n`).ended);

  it('are given some time, whether they say nothing, half a request or one after another', async () => {
    await server.close();
    server = await startServer({ app: test.app, pageFolder: test.pageFolder, limits: { strangerTimeoutMs: 50 } });
    port = Number(new URL(server.url).port);
    await Promise.all(['', head(), upgrade().slice(0, -2)].map((words) => stranger(words).ended));
  });

  it('are so many at most, and leave room for whoever is let in', async () => {
    await server.close();
    server = await startServer({ app: test.app, pageFolder: test.pageFolder, limits: { maxStrangers: 3 } });
    port = Number(new URL(server.url).port);
    base = new URL(server.url).pathname.slice(0, -1);
    const socket = new WebSocket(`ws://127.0.0.1:${port}${base}/api`, {
      headers: { Cookie: await signIn(), Origin: `http://127.0.0.1:${port}` },
    });
    await once(socket, 'open');
    const strangers = [];
    for (let number = 0; number < 4; number++) {
      const one = stranger(head());
      await one.opened;
      strangers.push(one);
    }
    await strangers[0]?.ended;
    expect((await ask('/', { Cookie: await signIn() })).status).toBe(200);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
  });

  it('keep the server from nothing when it stops', async () => {
    const strangers = ['', head(), upgrade()].map(stranger);
    await Promise.all(strangers.map(({ opened }) => opened));
    await server.close();
    await Promise.all(strangers.map(({ ended }) => ended));
  });
});

describe('the server, starting and stopping,', () => {
  it('says so when the port is taken', async () => {
    await expect(startServer({ app: test.app, pageFolder: test.pageFolder, port })).rejects.toMatchObject({
      code: 'SERVER_CANNOT_LISTEN',
      message: `Cannot listen on 127.0.0.1, port ${port}. Choose another with --port.`,
    });
  });

  it('says so when the interface has not been built', async () => {
    await expect(startServer({ app: test.app, pageFolder: join(test.folder, 'missing') })).rejects.toMatchObject({
      code: 'PAGE_NOT_BUILT',
    });
  });

  it('closes with pages still connected', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${base}/api`, {
      headers: { Cookie: await signIn(), Origin: `http://127.0.0.1:${port}` },
    });
    await once(socket, 'open');
    socket.on('error', () => undefined);
    const [, ended] = await Promise.all([server.close(), once(socket, 'close').then(() => 'ended')]);
    expect(ended).toBe('ended');
    await expect(server.closed).resolves.toBeUndefined();
  });
});
