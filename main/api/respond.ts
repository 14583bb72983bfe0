/** @file Answers the interface's plain GET addresses (its own files, photos by id), the same for Electron's scheme and for HTTP. Main process and server. */
import { VignetteError } from '../../native-models/errors.ts';
import { photoSizesPx } from '../../preload/contract/photos.ts';
import type { Photo } from '../library/catalog/photos/photos.ts';
import { isSound, type PhotoPart, photoPartSchema } from '../library/images/photoPart.ts';
import type { App } from './app.ts';
import { type Download, type Downloads, downloadHeaders } from './downloads.ts';
import type { PageFiles } from './pageFiles.ts';
import { bytesResponse, entityTag, isUnchanged, notModified, type RequestHeaders } from './partialResponse.ts';

/**
 * Nothing but the page's own files may load or run. Svelte makes its elements from templates through the one named
 * Trusted Types policy; no other string may become markup.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
};

export function plainResponse(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      ...securityHeaders,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
  });
}

/** Where pictures come from. */
export type PhotoSource = Pick<App, 'thumbnails' | 'parts'> & { readonly catalog: Pick<App['catalog'], 'photos'> };

export type AddressedSource = PhotoSource & { readonly downloads: Pick<Downloads, 'find'> };

interface WantedPicture {
  readonly contentType: 'image/webp' | 'image/jpeg';
  /** Which of the photo's pictures it is. */
  readonly name: string;
  readonly make: (signal: AbortSignal | undefined) => Promise<Uint8Array>;
}

/** Undefined where the address asks for nothing that there can be. */
function wantedPicture(app: PhotoSource, photo: Photo, asked: URLSearchParams): WantedPicture | undefined {
  const sizePx = photoSizesPx.find((size) => String(size) === asked.get('size'));
  if (sizePx !== undefined) {
    const make = (signal: AbortSignal | undefined) =>
      app.thumbnails.get(photo, sizePx, signal === undefined ? {} : { signal });
    return { contentType: 'image/webp', name: String(sizePx), make };
  }
  const part = partOf(photo, asked);
  if (part === undefined) return undefined;
  const { left, top, width, height, shrink } = part;
  const name = [left, top, width, height, shrink].join('-');
  return { contentType: 'image/jpeg', name, make: (signal) => app.parts.get(photo, part, signal) };
}

function partOf({ details }: Photo, asked: URLSearchParams): PhotoPart | undefined {
  const numbers = /^(\d{1,7}),(\d{1,7}),(\d{1,7}),(\d{1,7})$/.exec(asked.get('part') ?? '');
  if (numbers === null) return undefined;
  const [left, top, width, height] = numbers.slice(1).map(Number);
  const photo = { width: details?.width, height: details?.height };
  const part = photoPartSchema.safeParse({ left, top, width, height, shrink: Number(asked.get('shrink')), photo });
  return part.success && isSound(part.data) ? part.data : undefined;
}

/** Asked for together with its revision, a picture never changes. */
const forEver = 'private, max-age=31536000, immutable';

export interface PageRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: RequestHeaders | undefined;
  /** Aborted when nobody waits for the answer any more; undefined where whoever asks can only leave the body unread. */
  readonly signal: AbortSignal | undefined;
}

async function photoResponse(
  app: PhotoSource,
  id: number,
  { url, headers: asked, signal }: PageRequest,
): Promise<Response> {
  const photo = app.catalog.photos.find(id);
  if (photo === undefined) return plainResponse(404, 'There is no such photo.');
  const wanted = wantedPicture(app, photo, url.searchParams);
  if (wanted === undefined)
    return plainResponse(400, `size must be one of ${photoSizesPx.join(', ')}, or part a part of the photo.`);
  const isCurrent = url.searchParams.get('v') === String(photo.revision);
  const cached = { 'Content-Type': wanted.contentType, 'Cache-Control': isCurrent ? forEver : 'no-cache' };
  const headers = { ...securityHeaders, ...cached };
  // Known from what the file holds, before a picture is made.
  const tag = `"${photo.fingerprint}-${wanted.name}"`;
  if (isUnchanged(asked, tag)) return notModified(tag, headers);
  // Only what is there can be cut into ranges.
  if (signal === undefined && (asked?.get('range') ?? null) === null) {
    return new Response(pictureStream(wanted.make), { headers: { ...headers, ETag: tag } });
  }
  try {
    const image = await wanted.make(signal);
    return bytesResponse(new Uint8Array(image), tag, headers, asked);
  } catch (error) {
    if (error instanceof VignetteError) return plainResponse(415, error.message);
    throw error;
  }
}

/** A body that is made while it is waited for, and no longer once it is cancelled. One that cannot be made breaks off. */
function pictureStream(make: (signal: AbortSignal) => Promise<Uint8Array>): ReadableStream<Uint8Array> {
  const abandoned = new AbortController();
  return new ReadableStream({
    async start(controller) {
      try {
        controller.enqueue(await make(abandoned.signal));
        controller.close();
      } catch (error) {
        controller.error(error);
      }
    },
    cancel(reason) {
      abandoned.abort(reason);
    },
  });
}

function downloadResponse(download: Download | undefined, method: string): Response {
  if (download === undefined) return plainResponse(404, 'This export is gone. Export again.');
  const headers = { ...securityHeaders, ...downloadHeaders(download) };
  return new Response(method === 'HEAD' ? null : download.open(), { headers });
}

/** Every address that is neither a page file nor `/photo/<id>` nor `/download/<id>` is unknown; folders have no listing. */
export async function respond(page: PageFiles, app: AddressedSource, request: PageRequest): Promise<Response> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD')
    return plainResponse(405, 'Only GET is served here.', { Allow: 'GET, HEAD' });
  const id = /^\/photo\/(\d{1,15})$/.exec(url.pathname)?.[1];
  if (id !== undefined) return photoResponse(app, Number(id), request);
  const downloadId = /^\/download\/([\w-]{1,64})$/.exec(url.pathname)?.[1];
  if (downloadId !== undefined) return downloadResponse(app.downloads.find(downloadId), method);
  const file = page.get(url.pathname);
  if (file === undefined) return plainResponse(404, 'There is nothing at this address.');
  const headers = {
    ...securityHeaders,
    'Content-Type': file.contentType,
    'Cache-Control': file.immutable ? forEver : 'no-cache',
  };
  const tag = entityTag(file.bytes);
  if (isUnchanged(request.headers, tag)) return notModified(tag, headers);
  return bytesResponse(file.bytes, tag, headers, request.headers);
}
