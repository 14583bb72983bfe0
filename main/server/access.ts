/** @file Who may talk to the server: browsers that were let in with a token, on a host name that is really ours. Server only. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import path from 'node:path';
import { readForeignFile } from '../../native-models/foreignFile.ts';
import { fileSystemCode } from '../library/files/fileSystemError.ts';
import { writePrivately } from '../library/files/privateFiles.ts';
import { hostNameOf, nameInHostHeader, ownHostNames } from './hostNames.ts';

function equalSecrets(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

export type Refusal = { readonly status: 401 | 403; readonly message: string };

export interface AccessOptions {
  readonly boundHost: string;
  readonly port: number;
  /** The library's: the page's address is made of it, and so is the same after a restart on the same port. */
  readonly key: Uint8Array;
  /** Names that a proxy or another machine may call this server by. */
  readonly allowedHosts: readonly string[];
}

/** More addresses than this that nobody has used are no person's. */
const maxOpenTokens = 32;

const otherSite: Refusal = { status: 403, message: 'Requests from other sites are refused.' };

export class Access {
  /**
   * Everything lies below it, and the cookie is sent nowhere else: browsers send a host's cookies to every port of it,
   * where other people's programs may listen. `/`, a name that nobody can guess, `/`.
   */
  readonly basePath: string;
  /** Ends with this process: what somebody who took the port meanwhile was sent is worth nothing to him. */
  readonly #session = randomBytes(32).toString('base64url');
  readonly #tokens = new Set<string>();
  readonly #ownHosts: ReadonlySet<string>;
  readonly #allowedHosts: ReadonlySet<string>;
  readonly #cookieName: string;

  constructor({ boundHost, port, key, allowedHosts }: AccessOptions) {
    const name = createHmac('sha256', key).update(`page of port ${port}`).digest().subarray(0, 18);
    this.basePath = `/${name.toString('base64url')}/`;
    this.#ownHosts = ownHostNames(boundHost);
    this.#allowedHosts = new Set(allowedHosts.map((host) => hostNameOf(host) ?? host));
    this.#cookieName = `vignette-${port}`;
  }

  /** A new one, which lets in one browser. The oldest that nobody used goes where there are too many. */
  newToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#tokens.add(token);
    for (const oldest of [...this.#tokens].slice(0, -maxOpenTokens)) this.#tokens.delete(oldest);
    return token;
  }

  /** Takes the token: the second one who has it is refused. */
  acceptToken(given: string): boolean {
    const token = [...this.#tokens].find((one) => equalSecrets(given, one));
    return token !== undefined && this.#tokens.delete(token);
  }

  /** Checked on every request: the name in Host is ours, and a page of another site did not send it. */
  refusedOrigin(headers: IncomingHttpHeaders): Refusal | undefined {
    const host = headers.host?.toLowerCase() ?? '';
    const name = nameInHostHeader(host);
    if (name === undefined || !(this.#ownHosts.has(name) || this.#allowedHosts.has(name))) {
      const known = name === undefined ? undefined : hostNameOf(name);
      const hint = known === undefined ? '' : ` If it is yours, start vignette serve with --allow-host ${known}.`;
      return { status: 403, message: `This server does not answer to that host name.${hint}` };
    }
    const origin = headers.origin?.toLowerCase();
    const isOwn = origin === `http://${host}` || (this.#allowedHosts.has(name) && origin === `https://${host}`);
    return origin === undefined || isOwn ? undefined : otherSite;
  }

  /** Checked on everything but the address with the token. */
  refusedSession(headers: IncomingHttpHeaders): Refusal | undefined {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return otherSite;
    if (this.hasSession(headers)) return undefined;
    return {
      status: 401,
      message:
        'Open the address that vignette printed last. Each lets in one browser, until vignette is started again.',
    };
  }

  hasSession(headers: IncomingHttpHeaders): boolean {
    const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => {
      const [name = '', value = ''] = cookie.split('=', 2);
      return (
        (name === this.#cookieName || name === `__Secure-${this.#cookieName}`) && equalSecrets(value, this.#session)
      );
    });
  }

  /** Behind a proxy that speaks TLS, one that no unencrypted connection carries or replaces. */
  cookie(headers: IncomingHttpHeaders): string {
    const name = nameInHostHeader(headers.host ?? '') ?? '';
    const isSecure = this.#allowedHosts.has(name) && headers['x-forwarded-proto'] === 'https';
    const value = `${this.#cookieName}=${this.#session}; Path=${this.basePath}; HttpOnly; SameSite=Strict`;
    return isSecure ? `__Secure-${value}; Secure` : value;
  }
}

const keyBytes = 32;
const maxFileBytes = 4096;

/**
 * The secret that the page's address is made of, kept in the library so that the address outlives a restart: read, or
 * made where there is none or a damaged one. A library that cannot be written has one for this start.
 */
export async function serverKey(libraryFolder: string): Promise<Uint8Array> {
  const file = path.join(libraryFolder, 'serve.key');
  try {
    const key = await readForeignFile(file, maxFileBytes);
    if (key.byteLength === keyBytes) return key;
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') return randomBytes(keyBytes);
  }
  const key = randomBytes(keyBytes);
  await writePrivately(file, key).catch(() => undefined);
  return key;
}
