/** @file `vignette serve`: the interface, the photos and the typed API over HTTP and a WebSocket, on this machine unless told otherwise. Server only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { VignetteError } from '../../native-models/errors.ts';
import type { App } from '../api/app.ts';
import { findInstallation } from '../api/installation.ts';
import { type PageFiles, readPageFiles } from '../api/pageFiles.ts';
import type { RequestHeaders } from '../api/partialResponse.ts';
import { plainResponse, respond } from '../api/respond.ts';
import { router } from '../api/router.ts';
import { Access, serverKey } from './access.ts';
import { reachableHost } from './hostNames.ts';
import { Connections, type StrangerLimits } from './strangers.ts';

export interface ServerOptions {
  readonly app: App;
  /** Where to listen; only this machine unless given. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Folder of the built interface. */
  readonly pageFolder?: string;
  /** Other names that lead to this server, through a proxy for example. */
  readonly allowedHosts?: readonly string[];
  /** `url` has let a browser in and is another one from now on. */
  readonly onNewUrl?: (url: string) => void;
  readonly limits?: Partial<StrangerLimits>;
}

export interface RunningServer {
  /** What to open in a browser; carries a token, which lets in one. After that this is the address for the next one. */
  readonly url: string;
  /** One more, beside `url`. */
  newUrl(): string;
  /** Settles when the server has closed, whoever closed it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export class ServerError extends VignetteError {}

/** The largest input names every photo of a large library; a larger message is no client of ours. */
const maxMessageBytes = 32 * 1024 * 1024;

async function send(response: ServerResponse, answer: Response, withBody: boolean): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  const body = withBody ? answer.body : null;
  if (body !== null && answer.headers.has('Content-Disposition')) {
    await pipeline(Readable.fromWeb(body as NodeReadableStream<Uint8Array>), response);
    return;
  }
  // Every other body was made in memory; a stream would only add steps.
  response.end(body === null ? undefined : Buffer.from(await answer.arrayBuffer()));
}

/** None of those that pictures are asked for with may occur twice. */
function headersOf({ headers }: IncomingMessage): RequestHeaders {
  return {
    get: (name) => {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    },
  };
}

/** What lets browsers in and answers them. */
interface Doors {
  readonly access: Access;
  readonly connections: Connections;
  readonly page: PageFiles;
  readonly app: App;
  /** A token of `url` or of another address was used. */
  readonly entered: (token: string) => void;
}

/** Ends the connection as well: whoever has no key holds none open. */
function refused(status: number, message: string): Response {
  return plainResponse(status, message, { Connection: 'close' });
}

async function answerRequest(doors: Doors, request: IncomingMessage, signal: AbortSignal): Promise<Response> {
  const { access, connections, page, app } = doors;
  const refusedOrigin = access.refusedOrigin(request.headers);
  if (refusedOrigin !== undefined) return refused(refusedOrigin.status, refusedOrigin.message);
  const url = URL.parse(request.url ?? '/', 'http://vignette.invalid');
  if (url === null || url.host !== 'vignette.invalid') return refused(400, 'This address is malformed.');
  const token = url.searchParams.get('token');
  if (token !== null && url.pathname === access.basePath && request.method === 'GET') {
    return answerToken(doors, token, request);
  }
  const refusedSession = access.refusedSession(request.headers);
  if (refusedSession !== undefined) return refused(refusedSession.status, refusedSession.message);
  connections.welcome(request.socket);
  if (!url.pathname.startsWith(access.basePath)) return plainResponse(404, 'There is nothing at this address.');
  url.pathname = url.pathname.slice(access.basePath.length - 1);
  return respond(page, app, { method: request.method ?? 'GET', url, headers: headersOf(request), signal });
}

/** Exchanges the token for the cookie. A browser that has it already goes in with a used one, too. */
function answerToken({ access, entered }: Doors, token: string, { headers }: IncomingMessage): Response {
  // What a browser fetches ahead must not use up what a person then opens.
  if (String(headers['sec-purpose'] ?? headers.purpose ?? '').includes('prefetch'))
    return refused(503, 'This address is not for fetching ahead.');
  const isAccepted = access.acceptToken(token);
  if (isAccepted) entered(token);
  const isIn = headers['sec-fetch-site'] !== 'cross-site' && access.hasSession(headers);
  if (!isAccepted && !isIn) {
    return refused(
      401,
      'This address has been used, or is from an earlier start. Open the one that vignette printed last.',
    );
  }
  const cookie: Record<string, string> = isAccepted ? { 'Set-Cookie': access.cookie(headers) } : {};
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin')
    return plainResponse(303, 'Welcome.', { Location: access.basePath, ...cookie });
  // Opened from a file or another program's page: browsers send a strict cookie only where a page of ours leads on.
  const markup = `<!doctype html><title>Vignette</title><meta http-equiv="refresh" content="0; url=${access.basePath}">`;
  return plainResponse(200, markup, { 'Content-Type': 'text/html; charset=utf-8', ...cookie });
}

/** The API's socket. A browser always sends Origin here, so a request without it is refused too. */
function upgradeRefused(access: Access, request: IncomingMessage): boolean {
  return (
    request.url !== `${access.basePath}api` ||
    request.headers.origin === undefined ||
    access.refusedOrigin(request.headers) !== undefined ||
    access.refusedSession(request.headers) !== undefined
  );
}

function serveApi(server: Server, { access, connections, app }: Doors): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const handler = new RPCHandler(router);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (upgradeRefused(access, request)) {
      connections.refuse(socket, 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    connections.welcome(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      void handler.upgrade(webSocket, { context: { app } });
    });
  });
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((cause: unknown) => {
    throw new ServerError(
      'SERVER_CANNOT_LISTEN',
      `Cannot listen on ${host}, port ${port}. Choose another with --port.`,
      {
        cause,
        details: { host, port },
      },
    );
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new ServerError('SERVER_CANNOT_LISTEN', 'The server got no port.');
  return address.port;
}

/** Of a request's head and of all of it; no client of ours sends a body. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const { app } = options;
  const page = await readPageFiles(options.pageFolder ?? findInstallation().pageFolder);
  const key = await serverKey(app.catalog.libraryFolder);
  const server = createServer({ headersTimeout: headersTimeoutMs, requestTimeout: requestTimeoutMs });
  const connections = new Connections(server, options.limits);
  const port = await listen(server, host, options.port ?? 0);
  const access = new Access({ boundHost: host, port, key, allowedHosts: options.allowedHosts ?? [] });
  const addressOf = (token: string) => `http://${reachableHost(host)}:${port}${access.basePath}?token=${token}`;
  let token = access.newToken();
  const entered = (used: string): void => {
    if (used !== token) return;
    token = access.newToken();
    options.onNewUrl?.(addressOf(token));
  };
  const doors: Doors = { access, connections, page, app, entered };
  server.on('request', (request, response) => {
    // A grid that scrolls on asks for pictures that nobody will see: those still waiting are not made.
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answerRequest(doors, request, gone.signal)
      .catch(() => plainResponse(500, 'Something failed inside Vignette while it answered this address.'))
      .then((answer) => send(response, answer, request.method !== 'HEAD'))
      .catch(() => response.destroy());
  });
  serveApi(server, doors);
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    get url() {
      return addressOf(token);
    },
    newUrl: () => addressOf(access.newToken()),
    closed,
    close: async () => {
      server.close();
      connections.end();
      await closed;
    },
  };
}
