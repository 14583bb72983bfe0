/**
 * @file The one way to the network: requests to the hub, through proxies, with the token for the hub alone, each with its
 * reason in the log. Main process and CLI.
 */
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { ConnectionLog, OpenConnection } from './connectionLog.ts';
import { HubError, TransientHubError } from './hubError.ts';
import { assertToken, type HubSettings } from './hubSettings.ts';
import { defaultRetries, parseRetryAfter, type RetryPolicy } from './retries.ts';

export interface HubConnectionOptions {
  readonly settings: HubSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly token: () => Promise<string | undefined>;
  readonly isNetworkOff: () => boolean;
  readonly log: ConnectionLog;
  readonly retries?: RetryPolicy;
  /** After which a server that says nothing, or a body that stands still, counts as cut. */
  readonly stallTimeoutMs?: number;
}

export interface HubRequest {
  /** On the hub itself. */
  readonly url: string;
  /** "download model.safetensors of Salesforce/blip2-opt-2.7b" */
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What came of a request: the headers of the hub itself, and the body from wherever the hub sent us. */
export interface HubResponse {
  readonly status: number;
  /** Of the hub's own reply, which may have been a redirection. */
  readonly hubHeaders: Headers;
  /** Of the last reply. */
  readonly headers: Headers;
  /** Pieces as they come. Whoever leaves the loop early closes the connection. @throws TransientHubError */
  readonly body: AsyncIterable<Uint8Array>;
  /** For whoever does not read the body. */
  close(): Promise<void>;
}

type Headers = Pick<Response['headers'], 'get'>;

const userAgent = 'vignette';
const defaultStallTimeoutMs = 30_000;
const maxRedirects = 5;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

export class HubConnection implements AsyncDisposable {
  readonly settings: HubSettings;
  readonly retries: RetryPolicy;
  readonly #options: HubConnectionOptions;
  readonly #agent: EnvHttpProxyAgent;

  constructor(options: HubConnectionOptions) {
    const { settings, env, retries = defaultRetries, stallTimeoutMs = defaultStallTimeoutMs } = options;
    this.settings = settings;
    this.retries = retries;
    this.#options = options;
    this.#agent = new EnvHttpProxyAgent({
      httpProxy: proxy(env, 'http_proxy'),
      httpsProxy: proxy(env, 'https_proxy'),
      noProxy: proxy(env, 'no_proxy'),
      headersTimeout: stallTimeoutMs,
      bodyTimeout: stallTimeoutMs,
      connect: { timeout: stallTimeoutMs },
    });
  }

  /**
   * One attempt. Redirections are followed, and no other host is told the token.
   * @throws HubError NETWORK_OFF, HUB_ACCESS_DENIED, HUB_NOT_FOUND, HUB_REPLY_INVALID; TransientHubError; the signal's reason
   */
  async request({ url, reason, headers = {}, signal }: HubRequest): Promise<HubResponse> {
    this.assertOnline();
    const token = await this.#options.token();
    if (token !== undefined) assertToken(token);
    const hub = new URL(this.settings.endpoint).origin;
    let target = new URL(url);
    let hubHeaders: Headers | undefined;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const isHub = target.origin === hub;
      const entry = this.#options.log.begin(target.host, reason);
      const response = await this.#send(target, entry, signal, {
        ...headers,
        'user-agent': userAgent,
        // The bytes themselves: ranges and hashes are of these.
        'accept-encoding': 'identity',
        ...(isHub && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
      });
      if (isHub) hubHeaders ??= response.headers;
      const location = redirectStatuses.includes(response.status) ? response.headers.get('location') : null;
      if (location === null) {
        if (response.ok) return accepted(response, hubHeaders ?? response.headers, entry, signal);
        entry.end('refused');
        await response.body?.cancel().catch(() => undefined);
        throw refusal(response.status, response.headers, { host: target.host, reason, hasToken: token !== undefined });
      }
      entry.end('redirected');
      await response.body?.cancel().catch(() => undefined);
      target = redirectTarget(target, location);
    }
    throw new HubError('HUB_REPLY_INVALID', `${target.host} redirects in a circle.`, { host: target.host });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  /** @throws HubError NETWORK_OFF */
  assertOnline(): void {
    if (this.settings.isOffline) {
      throw new HubError('NETWORK_OFF', 'The network is switched off by HF_HUB_OFFLINE: nothing was connected to.');
    }
    if (this.#options.isNetworkOff()) {
      const message =
        'The network is switched off in the settings: nothing was connected to. Switch it on to download.';
      throw new HubError('NETWORK_OFF', message);
    }
  }

  async #send(target: URL, entry: OpenConnection, signal: AbortSignal, headers: Record<string, string>) {
    try {
      return await fetch(target, { headers, signal, redirect: 'manual', dispatcher: this.#agent });
    } catch (error) {
      entry.end(signal.aborted ? 'stopped' : 'failed');
      signal.throwIfAborted();
      throw unreachable(target.host, error);
    }
  }
}

function accepted(response: Response, hubHeaders: Headers, entry: OpenConnection, signal: AbortSignal): HubResponse {
  const host = new URL(response.url).host;
  return {
    status: response.status,
    headers: response.headers,
    hubHeaders,
    body: bodyOf(response, host, entry, signal),
    async close() {
      entry.end('stopped');
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

async function* bodyOf(response: Response, host: string, entry: OpenConnection, signal: AbortSignal) {
  let outcome: 'done' | 'failed' | 'stopped' = 'stopped';
  try {
    for await (const piece of response.body ?? []) {
      const bytes: Uint8Array = piece;
      entry.received(bytes.byteLength);
      yield bytes;
    }
    outcome = 'done';
  } catch (error) {
    signal.throwIfAborted();
    outcome = 'failed';
    throw unreachable(host, error);
  } finally {
    entry.end(outcome);
  }
}

/** Not back to a connection that others can read. @throws HubError HUB_REPLY_INVALID */
function redirectTarget(from: URL, location: string): URL {
  const target = URL.parse(location, from.href);
  const isSound =
    target !== null && (target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:'));
  if (isSound) return target;
  throw new HubError('HUB_REPLY_INVALID', `${from.host} redirects to an address that is none, or to an open one.`, {
    host: from.host,
  });
}

function unreachable(host: string, cause: unknown): TransientHubError {
  const message = `The connection to ${host} failed. Check the network, and a proxy if there is one.`;
  return new TransientHubError('HUB_UNREACHABLE', message, { details: { host, reason: innermost(cause) }, cause });
}

/** "fetch failed" says nothing; what caused it does. */
function innermost(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause !== undefined) current = current.cause;
  if (!(current instanceof Error)) return String(current);
  return 'code' in current && typeof current.code === 'string' ? current.code : current.message;
}

/** In lower case first, as curl has it. An empty text keeps undici from looking at the environment of the process. */
function proxy(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return env[name] ?? env[name.toUpperCase()] ?? '';
}

export interface RefusedRequest {
  readonly host: string;
  readonly reason: string;
  readonly hasToken: boolean;
}

/** Of a status that is no success, as an error to be thrown. */
function refusal(
  status: number,
  headers: { get(name: string): string | null },
  { host, reason, hasToken }: RefusedRequest,
): HubError {
  // The hub tells more in a header of its own: a repository that is private or not there is refused with 401, too.
  const hubCode = headers.get('x-error-code') ?? undefined;
  const isGated = hubCode === 'GatedRepo' || (status === 403 && hubCode === undefined);
  const details = { host, status, hubCode, isGated, hasToken };
  if (status === 429 || status >= 500 || status === 408) {
    const message = `${host} is busy at the moment (status ${status}). Try again later.`;
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), Date.now());
    return new TransientHubError('HUB_BUSY', message, { details, retryAfterMs });
  }
  if (isGated) {
    const message = hasToken
      ? 'The publisher gives these files only to those who accepted the license. Accept it on the page of the repository, with the account that the token belongs to.'
      : 'The publisher gives these files only to those who accepted the license. Accept it on the page of the repository, then give a token: in Settings of the desktop application, in HF_TOKEN, or with hf auth login.';
    return new HubError('HUB_ACCESS_DENIED', message, details);
  }
  if (hubCode === 'RepoNotFound' || (status === 401 && !hasToken)) {
    const message = 'There is no such repository on the hub, or it is private and needs a token.';
    return new HubError('HUB_NOT_FOUND', message, details);
  }
  if (status === 401 || status === 403) {
    return new HubError('HUB_ACCESS_DENIED', 'The hub does not accept the token. Make a new one on its page.', details);
  }
  if (hubCode === 'RevisionNotFound') {
    return new HubError('HUB_NOT_FOUND', 'The repository has no such revision.', details);
  }
  if (status === 404 || status === 410) {
    return new HubError('HUB_NOT_FOUND', `The hub does not have what was asked for (${reason}).`, details);
  }
  return new HubError('HUB_REPLY_INVALID', `${host} replied with status ${status} (${reason}).`, details);
}
