/**
 * @file A hub in a process of its own that serves one repository from the disk: what a download over a network of a known speed costs.
 * Speaks as much of the hub's protocol as a download asks for. Started by downloadBench.ts.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256OfFile } from '../native-models/compiler/fileHash.ts';

const commit = '0'.repeat(40);

interface ServedFile {
  readonly place: string;
  readonly sizeBytes: number;
  /** SHA-256 of a weight file, git's SHA-1 of another. */
  readonly hash: string;
  readonly isLarge: boolean;
}

process.once('message', async (message) => {
  const { folder, bytesPerSecond } = message as { folder: string; bytesPerSecond: number };
  const files = await servedFiles(folder);
  const network = new Network(bytesPerSecond);
  const server = createServer((request, response) => answer({ files, network }, request, response));
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.once('disconnect', () => process.exit());
});

async function servedFiles(folder: string): Promise<Map<string, ServedFile>> {
  const files = new Map<string, ServedFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const place = path.join(entry.parentPath, entry.name);
    const { size: sizeBytes } = await stat(place);
    const isLarge = entry.name.endsWith('.safetensors');
    const hash = isLarge ? (await sha256OfFile(place)).sha256 : await gitHash(place, sizeBytes);
    files.set(path.relative(folder, place).replaceAll(path.sep, '/'), { place, sizeBytes, hash, isLarge });
  }
  return files;
}

async function gitHash(place: string, sizeBytes: number): Promise<string> {
  return createHash('sha1')
    .update(`blob ${sizeBytes}\0`)
    .update(await readFile(place))
    .digest('hex');
}

/** All replies together are no faster than this. */
class Network {
  readonly #bytesPerSecond: number;
  #freeMs = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  async *paced(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.#freeMs = Math.max(this.#freeMs, performance.now()) + (1e3 * piece.byteLength) / this.#bytesPerSecond;
      await sleep(Math.max(0, this.#freeMs - performance.now()));
      yield piece;
    }
  }
}

interface Served {
  readonly files: ReadonlyMap<string, ServedFile>;
  readonly network: Network;
}

function answer({ files, network }: Served, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '', 'http://hub');
  if (pathname.includes('/revision/')) {
    json(response, { _id: '1', id: 'bench', sha: commit, private: false, gated: false, downloads: 0, likes: 0 });
  } else if (pathname.includes('/tree/')) {
    const entries = [...files].map(([name, { sizeBytes, hash, isLarge }]) => {
      const entry = { type: 'file', path: name, size: sizeBytes, oid: isLarge ? commit : hash };
      return isLarge ? { ...entry, lfs: { oid: hash, size: sizeBytes, pointerSize: 134 } } : entry;
    });
    json(response, entries);
  } else {
    const file = files.get(decodeURIComponent(pathname.split(`/resolve/${commit}/`)[1] ?? ''));
    if (file === undefined) response.writeHead(404).end();
    else sendRange(file, network, request, response);
  }
}

function sendRange(file: ServedFile, network: Network, request: IncomingMessage, response: ServerResponse): void {
  const [, first = '0', last = String(file.sizeBytes - 1)] =
    /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const [start, end] = [Number(first), Number(last)];
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    'content-length': end - start + 1,
    'content-range': `bytes ${start}-${end}/${file.sizeBytes}`,
    etag: `"${file.hash}"`,
    'x-repo-commit': commit,
  });
  const pieces = createReadStream(file.place, { start, end, highWaterMark: 1 << 20 });
  pipeline(network.paced(pieces), response).catch(() => response.destroy());
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
