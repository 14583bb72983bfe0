/** @file The built interface, read once into memory: only files found there can ever be asked for, so no address reaches another file. Main process and server. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { VignetteError } from '../../native-models/errors.ts';

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  /** Its name changes with its content, so it may be kept for ever. */
  readonly immutable: boolean;
}

/** By the path of the address, `/index.html` as `/`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

export class PageError extends VignetteError {}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export async function readPageFiles(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new PageError('PAGE_NOT_BUILT', 'The interface is not built yet. Run npm run build, then try again.', {
      cause,
      details: { folder },
    });
  });
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const contentType = contentTypes[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, path).split(sep).join('/')}`;
    const file = {
      bytes: new Uint8Array(await readFile(path)),
      contentType,
      immutable: address.startsWith('/assets/'),
    };
    files.set(address === '/index.html' ? '/' : address, file);
  }
  return files;
}
