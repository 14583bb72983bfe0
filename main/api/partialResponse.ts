/** @file Answers with bytes that are in memory as HTTP wants it: the whole, a part, or that nothing has changed. Main process and server. */
import { createHash } from 'node:crypto';

/** What a request says in its headers. */
export interface RequestHeaders {
  get(name: string): string | null;
}

/** Of content that has no name of its own. */
export function entityTag(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
}

/** Weak comparison, as If-None-Match wants it: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
export function isUnchanged(headers: RequestHeaders | undefined, tag: string): boolean {
  const known = headers?.get('if-none-match');
  if (known === null || known === undefined) return false;
  return known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

export function notModified(tag: string, headers: Readonly<Record<string, string>>): Response {
  const { 'Content-Type': _type, ...kept } = headers;
  return new Response(null, { status: 304, headers: { ...kept, ETag: tag } });
}

interface ByteRange {
  readonly from: number;
  /** Included. */
  readonly to: number;
}

/**
 * One range; several are answered with the whole, which is allowed, and so is what is no range at all.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
function wantedRange(headers: RequestHeaders, tag: string, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get('range')?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return undefined;
  const condition = headers.get('if-range');
  if (condition !== null && condition !== tag) return undefined;
  if (first === '') {
    const fromEnd = Number(last);
    return fromEnd === 0 || sizeBytes === 0
      ? 'unsatisfiable'
      : { from: Math.max(0, sizeBytes - fromEnd), to: sizeBytes - 1 };
  }
  const from = Number(first);
  const to = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < from) return undefined;
  return from >= sizeBytes ? 'unsatisfiable' : { from, to };
}

/** @param fixed headers of the whole, its type among them */
export function bytesResponse(
  bytes: Uint8Array<ArrayBuffer>,
  tag: string,
  fixed: Readonly<Record<string, string>>,
  request: RequestHeaders | undefined,
): Response {
  const headers = { ...fixed, ETag: tag, 'Accept-Ranges': 'bytes' };
  const range = request === undefined ? undefined : wantedRange(request, tag, bytes.byteLength);
  if (range === 'unsatisfiable') {
    return new Response(null, {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${bytes.byteLength}`, 'Content-Length': '0' },
    });
  }
  if (range === undefined) {
    return new Response(bytes, { headers: { ...headers, 'Content-Length': String(bytes.byteLength) } });
  }
  const { from, to } = range;
  return new Response(bytes.subarray(from, to + 1), {
    status: 206,
    headers: {
      ...headers,
      'Content-Range': `bytes ${from}-${to}/${bytes.byteLength}`,
      'Content-Length': String(to - from + 1),
    },
  });
}
