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
import { Access, reachableHost } from './access.ts';

export interface ServerOptions {
  readonly app: App;
  /** Where to listen; only this machine unless given. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Folder of the built interface. */
  readonly pageFolder?: string;
}

export interface RunningServer {
  /** What to open in a browser; carries the token. */
  readonly url: string;
  /** Settles when the server has closed, whoever closed it. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export class ServerError extends VignetteError {}

const apiPath = '/api';
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

async function answerRequest(
  access: Access,
  page: PageFiles,
  app: App,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Response> {
  const refusedOrigin = access.refusedOrigin(request.headers);
  if (refusedOrigin !== undefined) return plainResponse(refusedOrigin.status, refusedOrigin.message);
  const url = URL.parse(request.url ?? '/', 'http://vignette.invalid');
  if (url === null || url.host !== 'vignette.invalid') return plainResponse(400, 'This address is malformed.');
  const token = url.searchParams.get('token');
  if (token !== null && url.pathname === '/' && request.method === 'GET') {
    if (!access.acceptsToken(token))
      return plainResponse(401, 'This address is from an earlier start. Open the new one.');
    return plainResponse(303, 'Welcome.', { Location: '/', 'Set-Cookie': access.cookie() });
  }
  const refusedSession = access.refusedSession(request.headers);
  if (refusedSession !== undefined) return plainResponse(refusedSession.status, refusedSession.message);
  return respond(page, app, { method: request.method ?? 'GET', url, headers: headersOf(request), signal });
}

/** The API's socket. A browser always sends Origin here, so a request without it is refused too. */
function upgradeRefused(access: Access, request: IncomingMessage): boolean {
  return (
    request.url !== apiPath ||
    request.headers.origin === undefined ||
    access.refusedOrigin(request.headers) !== undefined ||
    access.refusedSession(request.headers) !== undefined
  );
}

function serveApi(server: Server, access: Access, app: App): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  const handler = new RPCHandler(router);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (upgradeRefused(access, request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      void handler.upgrade(webSocket, { context: { app } });
    });
  });
  return sockets;
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

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const { app } = options;
  const page = await readPageFiles(options.pageFolder ?? findInstallation().pageFolder);
  const server = createServer();
  const port = await listen(server, host, options.port ?? 0);
  const access = new Access(host, port);
  server.on('request', (request, response) => {
    // A grid that scrolls on asks for pictures that nobody will see: those still waiting are not made.
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answerRequest(access, page, app, request, gone.signal)
      .catch(() => plainResponse(500, 'Something failed inside Vignette while it answered this address.'))
      .then((answer) => send(response, answer, request.method !== 'HEAD'))
      .catch(() => response.destroy());
  });
  const sockets = serveApi(server, access, app);
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  return {
    url: `http://${reachableHost(host)}:${port}/?token=${access.token}`,
    closed,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
