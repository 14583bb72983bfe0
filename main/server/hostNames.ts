/** @file Which host names lead to this server: its own addresses, and those that it was told to answer to. Server only. */
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** What a browser resolves to its own machine and nobody else's name server can change. */
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** As a URL and the Host header write an address. */
function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}

export function isLoopback(boundHost: string): boolean {
  return loopbackNames.includes(bracketed(boundHost)) || (isIP(boundHost) === 4 && boundHost.startsWith('127.'));
}

/** Any other name that leads here is a rebound DNS name. */
export function ownHostNames(boundHost: string): Set<string> {
  const names = new Set([...loopbackNames, bracketed(boundHost).toLowerCase()]);
  if (isLoopback(boundHost)) return names;
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

const namePattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,62}[a-z0-9_])?$/;

/** The name as it is compared, or undefined where it is none: a pattern, an address with a port or a path. */
export function hostNameOf(text: string): string | undefined {
  const name = text.toLowerCase();
  if (isIP(name) !== 0) return bracketed(name);
  return name.length <= 253 && namePattern.test(name) ? name : undefined;
}

/** The name in a Host header. Its port is that of a tunnel or a proxy as well as ours, and proves nothing. */
export function nameInHostHeader(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/.exec(host.toLowerCase())?.[1];
}
