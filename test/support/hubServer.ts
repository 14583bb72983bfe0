/**
 * @file A hub on this machine: lists repositories, hands out small files itself, and sends whoever wants a large one to its
 * storage, which is another host. Tests decide what goes wrong.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as it arrived. */
export interface SeenRequest {
  readonly host: 'hub' | 'storage';
  /** `info`, `tree`, or a file that was asked for. */
  readonly what: string;
  /** The first byte that was asked for. */
  readonly from: number;
  readonly authorization: string | undefined;
}

/** What is wrong with a reply. */
export interface Fault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** Nothing more comes after so many bytes of the body. */
  readonly stallAfterBytes?: number;
  /** The first byte of the body is another one. */
  readonly isWrong?: boolean;
  /** The whole file comes, whatever part of it was asked for. */
  readonly isWhole?: boolean;
  /** Between pieces of `slowPieceBytes`. */
  readonly slowMs?: number;
}

const slowPieceBytes = 16 << 10;

export interface HubServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly storage: string;
  readonly requests: SeenRequest[];
  /** Decides of each request what goes wrong. */
  fault: (request: SeenRequest) => Fault | undefined;
  /** Returns the commit. @param license as the page of the repository states it */
  add(repo: string, files: Readonly<Record<string, Buffer>>, license?: string): string;
}

interface Repository {
  readonly license: string | undefined;
  readonly commit: string;
  readonly files: Readonly<Record<string, Buffer>>;
}

export async function startHub(): Promise<HubServer> {
  const repositories = new Map<string, Repository>();
  const requests: SeenRequest[] = [];
  const hub: HubServer = {
    endpoint: '',
    storage: '',
    requests,
    fault: () => undefined,
    add(repo, files, license) {
      const commit = sha(
        'sha1',
        Buffer.from(JSON.stringify(Object.entries(files).map(([name, bytes]) => [name, gitHash(bytes)]))),
      );
      repositories.set(repo, { commit, files, license });
      return commit;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([hubServer, storageServer].map(stop));
    },
  };
  const seen = (request: IncomingMessage, host: 'hub' | 'storage', what: string): Fault => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const one = { host, what, from, authorization: request.headers.authorization };
    requests.push(one);
    return hub.fault(one) ?? {};
  };
  const storageServer = await listen(async (request, response) => {
    const [, hash, name] = /^\/(\w+)\/(.+)\?signature=sound$/.exec(request.url ?? '') ?? [];
    const bytes = [...repositories.values()]
      .map(({ files }) => files[decodeURIComponent(name ?? '')])
      .find((one) => one !== undefined && sha('sha256', one) === hash);
    const fault = seen(request, 'storage', decodeURIComponent(name ?? ''));
    if (bytes === undefined) return end(response, 403);
    await send(request, response, bytes, { etag: `"${hash}-of-storage"` }, fault);
  });
  const hubServer = await listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    const [, listed, kind] = /^\/api\/models\/(.+?)\/(revision|tree)\//.exec(pathname) ?? [];
    const [, fetched, revision, file] = /^\/(.+?)\/resolve\/(\w+)\/(.+)$/.exec(pathname) ?? [];
    const repository = repositories.get(listed ?? fetched ?? '');
    const name = decodeURIComponent(file ?? '');
    const fault = seen(request, 'hub', kind === 'revision' ? 'info' : kind === 'tree' ? 'tree' : name);
    if (fault.status !== undefined) return end(response, fault.status, fault.headers);
    if (repository === undefined) return end(response, 401, { 'x-error-code': 'RepoNotFound' });
    const { commit, files, license } = repository;
    if (kind !== undefined) {
      const { body, headers } =
        kind === 'revision' ? info(listed ?? '', commit, license) : tree(request.url ?? '', files, address(hubServer));
      return await send(
        request,
        response,
        Buffer.from(JSON.stringify(body)),
        { 'content-type': 'application/json', ...headers },
        fault,
      );
    }
    const bytes = files[name];
    if (revision !== commit) return end(response, 404, { 'x-error-code': 'RevisionNotFound' });
    if (bytes === undefined) return end(response, 404, { 'x-error-code': 'EntryNotFound' });
    const about = { 'x-repo-commit': commit, ...fault.headers };
    if (!isLarge(name)) return await send(request, response, bytes, { etag: `"${gitHash(bytes)}"`, ...about }, fault);
    const hash = sha('sha256', bytes);
    response.writeHead(302, {
      location: `${address(storageServer)}/${hash}/${encodeURIComponent(name)}?signature=sound`,
      'x-linked-etag': `"${hash}"`,
      'x-linked-size': bytes.byteLength,
      ...about,
    });
    response.end();
  });
  return Object.assign(hub, { endpoint: address(hubServer), storage: address(storageServer) });
}

/** The files of a folder by their paths, as a repository has them. */
export async function filesOf(folder: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file).replaceAll(path.sep, '/')] = await readFile(file);
  }
  return files;
}

/** What lies in large file storage. */
function isLarge(name: string): boolean {
  return /\.(safetensors|bin|model|pth)$/.test(name);
}

function info(repo: string, commit: string, license: string | undefined) {
  return {
    body: {
      _id: '1',
      id: repo,
      sha: commit,
      private: false,
      gated: false,
      downloads: 0,
      likes: 0,
      lastModified: '2024-01-01T00:00:00.000Z',
      ...(license === undefined ? {} : { cardData: { license } }),
    },
    headers: {},
  };
}

/** Two entries a page, so that there are several. */
function tree(url: string, files: Repository['files'], endpoint: string) {
  const entries = Object.entries(files).map(([name, bytes]) => {
    const entry = { type: 'file', path: name, size: bytes.byteLength, oid: gitHash(bytes) };
    return isLarge(name)
      ? { ...entry, lfs: { oid: sha('sha256', bytes), size: bytes.byteLength, pointerSize: 134 } }
      : entry;
  });
  const page = new URL(url, endpoint);
  const start = Number(page.searchParams.get('cursor') ?? 0);
  const next = start + Math.max(2, Math.ceil(entries.length / 2));
  page.searchParams.set('cursor', String(next));
  return {
    body: entries.slice(start, next),
    headers: next < entries.length ? { link: `<${page.href}>; rel="next"` } : {},
  };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  headers: Readonly<Record<string, string | number>>,
  { status, headers: wrongHeaders, cutAfterBytes, stallAfterBytes, isWrong = false, isWhole = false, slowMs }: Fault,
): Promise<void> {
  if (status !== undefined) return end(response, status, wrongHeaders);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const isRange = !isWhole && first !== undefined && last !== undefined;
  const body = Buffer.from(isRange ? content.subarray(Number(first), Number(last) + 1) : content);
  if (isWrong) body[0] = (body[0] as number) ^ 1;
  response.writeHead(isRange ? 206 : 200, {
    'content-length': body.byteLength,
    ...(isRange
      ? { 'content-range': `bytes ${first}-${Number(first) + body.byteLength - 1}/${content.byteLength}` }
      : {}),
    ...headers,
    ...wrongHeaders,
  });
  if (slowMs !== undefined) {
    for (let sent = 0; sent < body.byteLength && !response.destroyed; sent += slowPieceBytes) {
      response.write(body.subarray(sent, sent + slowPieceBytes));
      await sleep(slowMs);
    }
  } else {
    const sentBytes = cutAfterBytes ?? stallAfterBytes ?? body.byteLength;
    response.write(body.subarray(0, sentBytes));
    if (stallAfterBytes !== undefined) return;
    // What was written reaches the other side before the end does.
    if (cutAfterBytes !== undefined) return void setImmediate(() => response.destroy());
  }
  response.end();
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers);
  response.end();
}

function gitHash(bytes: Buffer): string {
  return sha('sha1', Buffer.concat([Buffer.from(`blob ${bytes.byteLength}\0`), bytes]));
}

function sha(algorithm: 'sha1' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function address(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
