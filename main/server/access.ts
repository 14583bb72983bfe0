/** @file Who may talk to the server: the browser that was opened with the token, on an address that is really ours. Server only. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Host names that this server answers to. Any other name that leads here is a rebound DNS name, and is refused. */
export function ownHostNames(boundHost: string): ReadonlySet<string> {
  const names = new Set(loopbackNames);
  if (loopbackNames.includes(bracketed(boundHost))) return names;
  names.add(bracketed(boundHost));
  names.add(hostname().toLowerCase());
  for (const address of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
    names.add(bracketed(address.address));
  }
  return names;
}

/** The host to show in an address: one that leads to a server that listens on every address, if this one does. */
export function reachableHost(boundHost: string): string {
  if (boundHost !== '0.0.0.0' && boundHost !== '::') return bracketed(boundHost);
  const outward = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find((address) => !address.internal && address.family === 'IPv4');
  return outward?.address ?? '127.0.0.1';
}

function equalSecrets(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export type Refusal = { readonly status: 401 | 403; readonly message: string };

export class Access {
  /** In the address that the person opens; says nothing about the cookie it is exchanged for. */
  readonly token = randomBytes(32).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');
  readonly #hosts: ReadonlySet<string>;
  // Cookies do not tell ports apart: two servers on one machine need two names.
  readonly #cookieName: string;

  constructor(boundHost: string, port: number) {
    // Browsers leave the port out of Host where it is HTTP's own.
    const suffix = port === 80 ? '' : `:${port}`;
    this.#hosts = new Set([...ownHostNames(boundHost)].map((name) => `${name}${suffix}`));
    this.#cookieName = `vignette-${port}`;
  }

  /** Checked on every request: the name in Host is ours, and a page of another site did not send it. */
  refusedOrigin(headers: IncomingHttpHeaders): Refusal | undefined {
    const host = headers.host?.toLowerCase();
    if (host === undefined || !this.#hosts.has(host)) {
      return { status: 403, message: 'This server does not answer to that host name.' };
    }
    if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) {
      return { status: 403, message: 'Requests from other sites are refused.' };
    }
    return undefined;
  }

  /** Checked on everything but the address with the token. */
  refusedSession(headers: IncomingHttpHeaders): Refusal | undefined {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      return { status: 403, message: 'Requests from other sites are refused.' };
    }
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const prefix = `${this.#cookieName}=`;
    const known = cookies.some(
      (cookie) => cookie.startsWith(prefix) && equalSecrets(cookie.slice(prefix.length), this.#session),
    );
    if (known) return undefined;
    return {
      status: 401,
      message: 'Open the address that vignette printed when it started; it carries the key to this page.',
    };
  }

  acceptsToken(token: string): boolean {
    return equalSecrets(token, this.token);
  }

  cookie(): string {
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}
